"""What a passkey proves: the relying party of a pool, and the checks of WebAuthn (N049 to N052)."""

# ruff: noqa: ARG001
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.passkeys import Passkey
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User


@dataclass(frozen=True)
class RelyingParty:
    """The relying party of a pool: WebAuthnConfiguration with its defaults (N009, N010).

    Attributes:
        party_id: the RP ID of WebAuthn, a domain name.
        requires_user_verification: whether UserVerification is ``required``.
        counts_as_mfa: whether FactorConfiguration is MULTI_FACTOR_WITH_USER_VERIFICATION.
    """

    party_id: str
    requires_user_verification: bool
    counts_as_mfa: bool


def relying_party(pool: Pool) -> RelyingParty | None:
    """Return the pool's relying party; ``None`` with neither RelyingPartyId nor a domain (N010)."""
    raise refusals.not_emulated("WebAuthn")


def request_options(
    pool: Pool, passkeys: Sequence[Passkey], random_challenge: bytes
) -> dict[str, Any]:
    """Return PublicKeyCredentialRequestOptions as JSON, CREDENTIAL_REQUEST_OPTIONS (N049)."""
    raise refusals.not_emulated("WebAuthn")


@dataclass(frozen=True)
class Assertion:
    """A verified proof of a passkey.

    Attributes:
        sign_count: the new value of the counter, for the passkey if the sign-in goes on.
        user_verified: whether the authenticator verified the user this time.
    """

    passkey: Passkey
    sign_count: int
    user_verified: bool


def verify_assertion(pool: Pool, user: User, credential: str, challenge: str) -> Assertion:
    """Verify CREDENTIAL of a WEB_AUTHN response; it changes nothing.

    Args:
        pool: the user's pool.
        user: must own the passkey.
        credential: CREDENTIAL, AuthenticationResponseJSON as text (N050).
        challenge: the challenge of the options, base64url.

    Raises:
        Refusal: NotAuthorizedException, with the reason for the call log (N052).
    """
    raise refusals.not_emulated("WebAuthn")


def may_use_passkeys(pool: Pool, user: User) -> bool:
    """Return whether a passkey can be this user's first factor in this pool.

    WEB_AUTHN must be an allowed first factor, and the user must have one of the relying party.
    """
    return False

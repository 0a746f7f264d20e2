"""What a passkey proves at a sign-in: who may use one, the options, and the checks of WebAuthn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.passkeys import PasskeyRecord
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.client_data import (
    base64url,
    check_client_data,
    from_base64url,
    is_backup_eligible,
    refusing_malformed,
    require_short,
)
from harness.emulator.rules.pool_settings import first_factors
from harness.emulator.rules.relying_party import RelyingParty, relying_party

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import AuthenticationCredential

__all__ = [
    "CHALLENGE_BYTES",
    "TIMEOUT_MILLISECONDS",
    "Assertion",
    "RelyingParty",
    "allows_passkeys",
    "applicable_passkeys",
    "may_use_passkeys",
    "relying_party",
    "request_options",
    "verify_assertion",
]

#: The length of a challenge (N041), and how long a browser may wait for the user (N041).
CHALLENGE_BYTES = 16
TIMEOUT_MILLISECONDS = 60_000


def allows_passkeys(pool: Pool) -> bool:
    """Return whether WEB_AUTHN is an allowed first factor of the pool (N044)."""
    return "WEB_AUTHN" in first_factors(pool.settings)


def may_use_passkeys(pool: Pool, user: User) -> bool:
    """Return whether a passkey can be this user's first factor in this pool.

    WEB_AUTHN must be an allowed first factor, and the user must have one of the relying party.
    """
    party = relying_party(pool)
    return party is not None and allows_passkeys(pool) and bool(user.passkeys.of(party.party_id))


def applicable_passkeys(pool: Pool, user: User) -> list[PasskeyRecord]:
    """Return the user's passkeys that can satisfy MFA; none unless the pool lets them (N036).

    They must be of the pool's relying party, and have verified the user at their registration.
    """
    party = relying_party(pool)
    if party is None or not party.counts_as_mfa:
        return []
    return [passkey for passkey in user.passkeys.of(party.party_id) if passkey.user_verified]


def request_options(
    pool: Pool, passkeys: Sequence[PasskeyRecord], random_challenge: bytes
) -> dict[str, Any]:
    """Return PublicKeyCredentialRequestOptions as JSON, CREDENTIAL_REQUEST_OPTIONS (N049).

    Raises:
        Refusal: WebAuthnConfigurationMissingException, if the pool has no relying party.
    """
    party = relying_party(pool)
    if party is None:
        raise refusals.relying_party_missing()
    return {
        "challenge": base64url(random_challenge),
        "rpId": party.party_id,
        "timeout": TIMEOUT_MILLISECONDS,
        "allowCredentials": [_descriptor(passkey) for passkey in passkeys],
        "userVerification": party.user_verification,
    }


def _descriptor(passkey: PasskeyRecord) -> dict[str, Any]:
    transports = {"transports": list(passkey.transports)} if passkey.transports else {}
    return {"id": passkey.credential_id, "type": "public-key", **transports}


@dataclass(frozen=True)
class Assertion:
    """A verified proof of a passkey.

    Attributes:
        sign_count: the new value of the counter, for the passkey if the sign-in goes on.
        user_verified: whether the authenticator verified the user this time.
    """

    passkey: PasskeyRecord
    sign_count: int
    user_verified: bool


def verify_assertion(pool: Pool, user: User, credential: str, challenge: str) -> Assertion:
    """Verify CREDENTIAL of a WEB_AUTHN response; it changes nothing.

    The checks are those of https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion.

    Args:
        pool: the user's pool.
        user: must own the passkey.
        credential: CREDENTIAL, AuthenticationResponseJSON as text (N050).
        challenge: the challenge of the options, base64url.

    Raises:
        Refusal: NotAuthorizedException, with the reason for the call log (N052).
    """
    party = relying_party(pool)
    if party is None:
        raise refusals.passkey_not_proven().because("the pool has no relying party any more")
    with refusing_malformed(refusals.passkey_not_proven):
        found = _parsed(credential)
        passkey = _owned(party, user, found)
        check_client_data(party, found.response.client_data_json, refusals.passkey_not_proven)
        verified = _verified(party, passkey, found, challenge)
    if is_backup_eligible(verified) != passkey.backup_eligible:
        raise refusals.passkey_not_proven().because(
            "its backup eligibility is another one than at the registration"
        )
    return Assertion(passkey, verified.new_sign_count, verified.user_verified)


def _parsed(credential: str) -> AuthenticationCredential:
    # webauthn takes long to import, and few processes meet a passkey.
    from webauthn.helpers import parse_authentication_credential_json

    require_short(credential, refusals.passkey_not_proven)
    return parse_authentication_credential_json(credential)


def _owned(party: RelyingParty, user: User, found: AuthenticationCredential) -> PasskeyRecord:
    """Return the user's passkey that a response is from; the user handle must be theirs too."""
    passkey = user.passkeys.find(base64url(found.raw_id))
    if passkey is None:
        raise refusals.passkey_not_proven().because("the user has no such passkey")
    if passkey.relying_party_id != party.party_id:
        raise refusals.passkey_not_proven().because("the passkey is of another relying party")
    handle = found.response.user_handle
    if handle and handle != user.sub.encode():
        raise refusals.passkey_not_proven().because("the user handle is that of another user")
    return passkey


def _verified(
    party: RelyingParty, passkey: PasskeyRecord, found: AuthenticationCredential, challenge: str
) -> VerifiedAuthentication:
    # See `_parsed`.
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_client_data_json

    return verify_authentication_response(
        credential=found,
        expected_challenge=from_base64url(challenge),
        expected_rp_id=party.party_id,
        # It is one of the relying party's by now.
        expected_origin=parse_client_data_json(found.response.client_data_json).origin,
        credential_public_key=from_base64url(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=party.requires_user_verification,
    )

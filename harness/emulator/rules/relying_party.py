"""The relying party of a pool: its id, the pages that belong to it, and what the pool may set."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

#: The FactorConfiguration with which a passkey satisfies MFA (N033).
MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"

# https://www.w3.org/TR/webauthn-3/#rp-id: a valid domain string, so no scheme, port or path.
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
# The serialization of https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]{1,253})(?::\d{1,5})?")
_LOCALHOST = "localhost"


@dataclass(frozen=True)
class RelyingParty:
    """The relying party of a pool: WebAuthnConfiguration with its defaults (N009, N010).

    Attributes:
        party_id: the RP ID of WebAuthn, a domain name.
        requires_user_verification: whether the authenticator must verify the user: because
            UserVerification is ``required``, or because the passkey counts as MFA. The service
            model says of the latter that the pool then requires user verification.
        counts_as_mfa: whether FactorConfiguration is MULTI_FACTOR_WITH_USER_VERIFICATION.
    """

    party_id: str
    requires_user_verification: bool
    counts_as_mfa: bool

    @property
    def user_verification(self) -> str:
        """``userVerification`` of the options for a browser (N041, N049)."""
        return "required" if self.requires_user_verification else "preferred"

    def owns(self, origin: str) -> bool:
        """Return whether an origin belongs to the relying party.

        It does if its host is the RP ID or a subdomain, on any port:
        https://www.w3.org/TR/webauthn-3/#sctn-validating-origin. It needs TLS, except on
        localhost, which browsers trust without it
        (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy), and which Amplify makes the
        RP ID of every sandbox: https://github.com/aws-amplify/amplify-backend/pull/3053. Origins
        of Android apps, which name a key and no host, belong to none.
        """
        found = _ORIGIN.fullmatch(origin)
        if found is None or not _is_within(found["host"], self.party_id):
            return False
        return found["scheme"] == "https" or _is_within(found["host"], _LOCALHOST)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def relying_party(pool: Pool) -> RelyingParty | None:
    """Return the pool's relying party; ``None`` with neither RelyingPartyId nor a domain (N010)."""
    configured = pool.mfa.web_authn or {}
    party_id = configured.get("RelyingPartyId") or _domain(pool)
    if party_id is None:
        return None
    counts_as_mfa = takes_passkeys_for_mfa(configured)
    required = counts_as_mfa or configured.get("UserVerification") == "required"
    return RelyingParty(party_id, required, counts_as_mfa)


def takes_passkeys_for_mfa(configured: Mapping[str, Any] | None) -> bool:
    """Return whether a WebAuthnConfiguration lets a passkey satisfy MFA (N033)."""
    return bool(configured and configured.get("FactorConfiguration") == MULTI_FACTOR)


def _domain(pool: Pool) -> str | None:
    """Return the custom domain of a pool, or the whole name of its prefix domain."""
    if "CustomDomain" in pool.domains:
        return pool.domains["CustomDomain"]
    if "Domain" in pool.domains:
        return f"{pool.domains['Domain']}.auth.{pool.region}.amazoncognito.com"
    return None


def check_relying_party_id(pool: Pool, party_id: str | None) -> None:
    """Refuse a RelyingPartyId that no browser takes, or that is not the custom domain (N010)."""
    if party_id is None:
        return
    if not _DOMAIN.fullmatch(party_id):
        raise refusals.relying_party_id_invalid("is not a domain name")
    if _public_suffixes().is_public(party_id):
        raise refusals.relying_party_id_invalid("is on the public suffix list")
    custom = pool.domains.get("CustomDomain")
    if custom is not None and party_id != custom:
        raise refusals.relying_party_id_invalid("is not the custom domain of the user pool")


@functools.cache
def _public_suffixes() -> PublicSuffixList:
    """Return the public suffix list, without its rule that unknown top-level domains are public.

    That rule would refuse localhost.
    """
    # Only with the first RelyingPartyId, since it reads a long file.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)

"""Rules about passkeys: what they count as, whose they are, and what they need to be accepted.

Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.pools.audit.conditions import (
    MULTI_FACTOR,
    all_of,
    any_of,
    counts_passkeys_as_mfa,
    has_custom_domain,
    has_mfa,
    has_passkeys,
    signs_in_with,
    without,
)
from harness.pools.audit.expectations import Is, Satisfies
from harness.pools.audit.public_suffixes import is_public_suffix
from harness.pools.audit.rules import Rule, Severity
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["RULES"]

_PARTY = "WebAuthnConfiguration.RelyingPartyId"
_VERIFY = (
    "set WebAuthnConfiguration.UserVerification (in CloudFormation WebAuthnUserVerification) to "
    "required"
)
_USES_PASSKEYS = any_of(has_passkeys, signs_in_with("WEB_AUTHN"))


@dataclass(frozen=True)
class _RelyingParty:
    """The domain of the passkeys beside that of managed login."""

    domain: str | None
    login: str

    @property
    def fits(self) -> bool:
        """Whether passkeys belong to the domain; without one of their own they do.

        A public suffix is the matter of another rule.
        """
        return self.domain in (None, self.login) or not _is_registrable(self.domain)

    def __str__(self) -> str:
        """Return both domains in words."""
        return f"{self.domain or 'not set'}, with the custom domain {self.login}"


def _relying_party(configuration: PoolConfiguration, _mfa: Part) -> Any:
    domain, login = configuration.mfa.value(_PARTY), configuration.custom_domain
    if isinstance(domain, Unknown):
        return domain
    return _RelyingParty(domain, login) if isinstance(login, str) else login


def _is_registrable(domain: Any) -> bool:
    return domain is None or not is_public_suffix(str(domain))


def _belongs_to_login(party: Any) -> bool:
    return isinstance(party, _RelyingParty) and party.fits


RULES = (
    Rule(
        id="passkey-second-factor",
        title="A passkey with user verification counts as two factors",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="WebAuthnConfiguration.FactorConfiguration",
        expected=Is(MULTI_FACTOR),
        # Reported of real pools. A passkey alone is allowed beside MFA only in the other mode:
        # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnMfaSettingsType.html
        reason="with SINGLE_FACTOR, whoever has set up a second factor can no longer sign in with "
        "a passkey",
        fix="set WebAuthnConfiguration.FactorConfiguration (in CloudFormation "
        f"WebAuthnFactorConfiguration) to {MULTI_FACTOR} (tier ESSENTIALS or PLUS)",
        applies=all_of(has_mfa, signs_in_with("WEB_AUTHN")),
        facts=("N032", "N035"),
    ),
    Rule(
        id="passkey-user-verification",
        title="Passkeys verify the user",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting="WebAuthnConfiguration.UserVerification",
        expected=Is("required"),
        reason="with preferred, a key is enough that only detects that a person is present",
        fix=_VERIFY,
        applies=all_of(_USES_PASSKEYS, without(counts_passkeys_as_mfa)),
        facts=("N009",),
    ),
    Rule(
        id="passkey-mfa-user-verification",
        title="A passkey that counts as two factors verifies the user",
        severity=Severity.HIGH,
        kind="mfa",
        setting="WebAuthnConfiguration.UserVerification",
        expected=Is("required"),
        # Cognito accepts preferred beside MULTI_FACTOR_WITH_USER_VERIFICATION (N038).
        reason="with preferred, users also register keys that verify nobody, which are one factor; "
        "such a key never satisfies MFA, or whoever holds it alone is signed in",
        fix=_VERIFY,
        applies=counts_passkeys_as_mfa,
        facts=("N033", "N038"),
    ),
    Rule(
        id="passkey-relying-party",
        title="Passkeys belong to a domain that is yours alone",
        severity=Severity.HIGH,
        kind="mfa",
        setting=_PARTY,
        expected=Satisfies(_is_registrable, "no public suffix"),
        reason="anyone can have a domain under a public suffix, so browsers make no passkey for "
        "it, and Cognito refuses it",
        fix="set WebAuthnConfiguration.RelyingPartyId (in CloudFormation WebAuthnRelyingPartyID) "
        "to your own domain, or to the whole domain that your host gave you; users then register "
        "their passkeys again",
        applies=_USES_PASSKEYS,
        facts=("N010",),
    ),
    Rule(
        id="passkey-custom-domain",
        title="Passkeys belong to the domain of managed login",
        severity=Severity.MEDIUM,
        kind="mfa",
        setting=_PARTY,
        expected=Satisfies(_belongs_to_login, "the custom domain"),
        reason="in a pool with a custom domain, managed login takes passkeys of that domain alone",
        fix="set WebAuthnConfiguration.RelyingPartyId (in CloudFormation WebAuthnRelyingPartyID) "
        "to the whole custom domain; waive this rule if no one signs in at managed login",
        applies=all_of(_USES_PASSKEYS, has_custom_domain),
        read_whole=_relying_party,
        facts=("N010",),
    ),
)

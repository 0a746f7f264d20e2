"""The first and second factors of a pool: what goes together, and the requests that set them.

Fact numbers refer to ``docs/fidelity.md``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from harness.errors import ConfigurationError
from harness.pools.spec.senders import Senders

__all__ = ["MULTI_FACTOR", "FirstFactor", "Mfa", "SecondFactor", "SignInFactors"]

Mfa = Literal["OFF", "OPTIONAL", "ON"]
#: The first factors, by Cognito's names in AllowedFirstAuthFactors. The enum also has
#: SOFTWARE_TOKEN, which Cognito only reports (N004).
FirstFactor = Literal["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
#: The second factors, by CloudFormation's names in EnabledMfas.
SecondFactor = Literal["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"]

#: FactorConfiguration of passkeys that satisfy MFA alone (N033).
MULTI_FACTOR = "MULTI_FACTOR_WITH_USER_VERIFICATION"
#: RelyingPartyIdType of the service model, as a domain of WebAuthn: no scheme, port or path.
#: https://www.w3.org/TR/webauthn-3/#relying-party-identifier
_DOMAIN = re.compile(
    r"(?=.{1,127}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
#: AllowedFirstAuthFactorsListType of the service model (N003).
_MOST_FACTORS = 5


@dataclass(frozen=True)
class SignInFactors:
    """The factors of a pool, and what its passkeys are.

    Attributes:
        mfa: MfaConfiguration.
        first: AllowedFirstAuthFactors.
        second: the second factors that are on, if MFA is.
        relying_party_id: WebAuthnConfiguration.RelyingPartyId.
        verify_user: whether its UserVerification is ``required``.
        count_as_mfa: whether its FactorConfiguration is ``MULTI_FACTOR_WITH_USER_VERIFICATION``.
    """

    mfa: Mfa
    first: tuple[FirstFactor, ...]
    second: tuple[SecondFactor, ...]
    relying_party_id: str | None
    verify_user: bool
    count_as_mfa: bool

    def check(self) -> None:
        """Refuse what no pool of Cognito has.

        Raises:
            ConfigurationError: names the field.
        """
        if not 1 <= len(self.first) <= _MOST_FACTORS:
            raise self._first("it must have 1 to 5 factors (N003)")
        if set(self.first) == {"WEB_AUTHN"}:
            raise self._first("another factor must be beside WEB_AUTHN (N005)")
        domain = self.relying_party_id
        if domain is not None and not _DOMAIN.fullmatch(domain):
            hint = "it must be a domain in lower case, without https:// and without a port"
            raise ConfigurationError("relying_party_id", given=domain, hint=hint)
        if self.mfa == "ON":
            self._check_mandatory_mfa()

    def _check_mandatory_mfa(self) -> None:
        codes = [factor for factor in self.first if factor in ("EMAIL_OTP", "SMS_OTP")]
        if codes:
            hint = f"with mfa='ON', Cognito allows only PASSWORD and WEB_AUTHN, not {codes[0]}"
            raise self._first(f"{hint} (N038)")
        if "WEB_AUTHN" in self.first and not self.count_as_mfa:
            hint = "with mfa='ON', WEB_AUTHN needs passkeys_count_as_mfa=True (N038)"
            raise self._first(hint)

    def require_makeable(self, auth_flows: Collection[str]) -> None:
        """Refuse factors that a new pool cannot have, or that nobody could use.

        A pool that exists is believed: whether Cognito demands PASSWORD is told in two ways (N005).

        Args:
            auth_flows: ExplicitAuthFlows of the app client.

        Raises:
            ConfigurationError: names the field.
        """
        if "PASSWORD" not in self.first:
            raise self._first("PASSWORD must be among them (A191)")
        if self.mfa != "OFF" and not self.second:
            raise self._second(f"with mfa={self.mfa!r} a pool needs a second factor (A194)")
        if self.mfa == "OFF" and self.second not in ((), ("SOFTWARE_TOKEN_MFA",)):
            raise self._second("with mfa='OFF' a pool has no second factor (A193)")
        if set(self.first) != {"PASSWORD"} and "ALLOW_USER_AUTH" not in auth_flows:
            hint = "add ALLOW_USER_AUTH, without which no one can use the other first_factors"
            raise ConfigurationError(
                "auth_flows", given=", ".join(auth_flows), hint=f"{hint} (N001)"
            )

    @property
    def send_texts(self) -> bool:
        """Whether the pool sends codes by SMS."""
        return "SMS_OTP" in self.first or "SMS_MFA" in self._second_if_on

    @property
    def send_emails(self) -> bool:
        """Whether the pool sends codes by email that are a factor."""
        return "EMAIL_OTP" in self.first or "EMAIL_OTP" in self._second_if_on

    def missing_sender(self, senders: Senders) -> str | None:
        """Return why the pool cannot be made with these senders; ``None`` if it can.

        An email code as the first factor also comes from Cognito's own sender, which was measured
        against what the guide says (N007).
        """
        if self.send_texts and senders.sms_role is None:
            return "SMS_OTP and SMS_MFA need an IAM role that sends text messages (N006)"
        if "EMAIL_OTP" in self._second_if_on and senders.email_identity is None:
            return "EMAIL_OTP as a second factor needs an SES identity that sends emails (N007)"
        return None

    def pool_members(self, senders: Senders) -> dict[str, Any]:
        """Return the members of CreateUserPool, beside ``Policies``, that the factors need."""
        sms = senders.sms_configuration() if self.send_texts else {}
        email = senders.email_configuration() if self.send_emails else {}
        found = {"SmsConfiguration": sms, "EmailConfiguration": email}
        return {name: value for name, value in found.items() if value}

    def policy_members(self) -> dict[str, Any]:
        """Return the members of ``Policies``; what is as by default is left to Cognito."""
        if self.first == ("PASSWORD",):
            return {}
        return {"SignInPolicy": {"AllowedFirstAuthFactors": list(self.first)}}

    def mfa_members(self, senders: Senders) -> dict[str, Any]:
        """Return the members of SetUserPoolMfaConfig; empty if there is nothing to set.

        Beside OFF only WebAuthnConfiguration is accepted (A193, N009).
        """
        passkeys = self._passkey_members()
        if self.mfa == "OFF":
            return passkeys
        sms = {"SmsConfiguration": senders.sms_configuration()} if senders.sms_role else {}
        by_factor: dict[SecondFactor, dict[str, Any]] = {
            "SOFTWARE_TOKEN_MFA": {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
            "SMS_MFA": {"SmsMfaConfiguration": sms},
            "EMAIL_OTP": {"EmailMfaConfiguration": {}},
        }
        factors = {
            name: value for factor in self.second for name, value in by_factor[factor].items()
        }
        return {"MfaConfiguration": self.mfa, **factors, **passkeys}

    def _passkey_members(self) -> dict[str, Any]:
        members: dict[str, Any] = {}
        if self.relying_party_id is not None:
            members["RelyingPartyId"] = self.relying_party_id
        if self.verify_user:
            members["UserVerification"] = "required"
        if self.count_as_mfa:
            members["FactorConfiguration"] = MULTI_FACTOR
        return {"WebAuthnConfiguration": members} if members else {}

    @property
    def _second_if_on(self) -> tuple[SecondFactor, ...]:
        return () if self.mfa == "OFF" else self.second

    def _second(self, hint: str) -> ConfigurationError:
        return ConfigurationError("second_factors", given=", ".join(self.second), hint=hint)

    def _first(self, hint: str) -> ConfigurationError:
        return ConfigurationError("first_factors", given=", ".join(self.first), hint=hint)

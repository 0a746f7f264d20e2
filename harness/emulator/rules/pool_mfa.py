"""A pool's MFA configuration: the checks of its changes, and its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.pools import MfaConfiguration, Pool
from harness.emulator.rules.pool_settings import (
    first_factors,
    has_passwordless_factor,
    recovery_mechanisms,
)
from harness.emulator.rules.relying_party import check_relying_party_id, takes_passkeys_for_mfa

#: The members of SetUserPoolMfaConfig that configure a second factor.
_FACTORS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")


def mfa_at_creation(settings: Mapping[str, Any], mode: str) -> MfaConfiguration:
    """Return the MFA configuration that CreateUserPool sets; MFA needs SMS there (A199)."""
    if mode == "OFF":
        return MfaConfiguration()
    if not settings.get("SmsConfiguration"):
        check_first_factors(settings, MfaConfiguration(mode))
        raise refusals.sms_configuration_required()
    return _checked(settings, MfaConfiguration(mode, sms=_sms_of_pool(settings)))


def mfa_at_update(pool: Pool, settings: Mapping[str, Any], mode: str | None) -> MfaConfiguration:
    """Return the MFA configuration that UpdateUserPool sets (A199, A200, M062).

    Args:
        pool: the pool until now.
        settings: the pool's settings after the update.
        mode: MfaConfiguration; omitted it keeps everything (N013).
    """
    kept = _with_sms_of(settings, pool.mfa)
    if mode is None:
        return _checked(settings, kept)
    if mode == "OFF":
        return _checked(settings, MfaConfiguration(web_authn=pool.mfa.web_authn))
    if pool.mfa.mode == "OFF" and mode == "ON":
        raise refusals.mfa_cannot_be_turned_on()
    if pool.mfa.mode != "OFF":
        return _checked(settings, replace(kept, mode=mode))
    if not settings.get("SmsConfiguration"):
        raise refusals.sms_configuration_required()
    sms = _sms_of_pool(settings)
    return _checked(settings, MfaConfiguration(mode, sms=sms, web_authn=pool.mfa.web_authn))


def _checked(settings: Mapping[str, Any], mfa: MfaConfiguration) -> MfaConfiguration:
    """Return an MFA configuration that fits the pool's settings; refuse one that does not."""
    check_first_factors(settings, mfa)
    names = recovery_mechanisms(settings)
    if mfa.mode != "OFF" and mfa.sms is not None and names == ["verified_phone_number"]:
        raise refusals.recovery_by_factor("verified_phone_number", "SMS MFA")
    if mfa.mode != "OFF" and mfa.email is not None and names == ["verified_email"]:
        raise refusals.recovery_by_factor("verified_email", "Email MFA")
    return mfa


def _with_sms_of(settings: Mapping[str, Any], mfa: MfaConfiguration) -> MfaConfiguration:
    """Return the MFA configuration with the sender and the message that the pool has now.

    An update that omits SmsAuthenticationMessage resets it (N013).
    """
    if mfa.sms is None or not settings.get("SmsConfiguration"):
        return mfa
    return replace(mfa, sms=_sms_of_pool(settings))


def _sms_of_pool(settings: Mapping[str, Any]) -> dict[str, Any]:
    sms = {"SmsConfiguration": settings["SmsConfiguration"]}
    if settings.get("SmsAuthenticationMessage"):
        sms["SmsAuthenticationMessage"] = settings["SmsAuthenticationMessage"]
    return sms


def check_first_factors(settings: Mapping[str, Any], mfa: MfaConfiguration) -> None:
    """Refuse mandatory MFA where one proof may replace the password (A198, N038).

    A code always does, a passkey unless the pool takes it for MFA.
    """
    if mfa.mode != "ON":
        return
    if has_passwordless_factor(settings):
        raise refusals.mfa_with_passwordless()
    if "WEB_AUTHN" in first_factors(settings) and not takes_passkeys_for_mfa(mfa.web_authn):
        raise refusals.passkeys_without_mfa()


def mfa_from(pool: Pool, params: Mapping[str, Any]) -> MfaConfiguration:
    """Return the MFA configuration that SetUserPoolMfaConfig sets.

    A factor counts if its member is present, even with empty content (A192 to A198).
    """
    mode = params.get("MfaConfiguration", "OFF")
    factors = [name for name in _FACTORS if name in params]
    web_authn = _web_authn(pool, params.get("WebAuthnConfiguration"))
    if mode == "OFF":
        if factors:
            raise refusals.mfa_off_with_factors()
        return MfaConfiguration(web_authn=web_authn)
    if not factors:
        raise refusals.mfa_without_factors()
    passkeys_sign_in = "WEB_AUTHN" in first_factors(pool.settings)
    if passkeys_sign_in and mode == "ON" and not takes_passkeys_for_mfa(web_authn):
        raise refusals.passkeys_as_single_factor()
    mfa = MfaConfiguration(
        mode,
        sms=_sms(pool, params.get("SmsMfaConfiguration")),
        software_token=params.get("SoftwareTokenMfaConfiguration"),
        email=_email(pool, params.get("EmailMfaConfiguration")),
        web_authn=web_authn,
    )
    return _checked(pool.settings, mfa)


def _web_authn(pool: Pool, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return WebAuthnConfiguration; without FactorConfiguration it is SINGLE_FACTOR again (N011).

    The rest stays where the request does not name it (M065). Passkeys that satisfy MFA need the
    Essentials plan (N009).
    """
    before = pool.mfa.web_authn
    if given is None and before is None:
        return None
    if takes_passkeys_for_mfa(given) and pool.settings["UserPoolTier"] == "LITE":
        raise refusals.feature_unavailable_in_tier("Passkey MFA")
    check_relying_party_id(pool, (given or {}).get("RelyingPartyId"))
    after = {**((before if given is None else given) or {})}
    factor = (given or {}).get("FactorConfiguration")
    if factor is None and (before or {}).get("FactorConfiguration") is not None:
        factor = "SINGLE_FACTOR"
    return after if factor is None else {**after, "FactorConfiguration": factor}


def _sms(pool: Pool, given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the SMS factor; it needs a role for sending and stays on until MFA is OFF (A202)."""
    if given is None:
        return pool.mfa.sms
    configuration = given.get("SmsConfiguration") or pool.settings.get("SmsConfiguration")
    if not configuration:
        raise refusals.sms_configuration_required()
    return {**given, "SmsConfiguration": configuration}


def _email(pool: Pool, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the email factor; it needs the Essentials plan and the DEVELOPER sender (A202)."""
    if given is None:
        return None
    if pool.settings["UserPoolTier"] == "LITE":
        raise refusals.feature_unavailable_in_tier("Email MFA")
    if pool.settings["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER":
        raise refusals.email_mfa_needs_sender()
    return given


def described_mfa(mfa: MfaConfiguration) -> dict[str, Any]:
    """Return the result of SetUserPoolMfaConfig and GetUserPoolMfaConfig.

    It has only the factors that are configured (A196, A201).
    """
    members = {
        "SmsMfaConfiguration": mfa.sms,
        "SoftwareTokenMfaConfiguration": mfa.software_token,
        "EmailMfaConfiguration": mfa.email,
        "WebAuthnConfiguration": mfa.web_authn,
    }
    configured = {name: value for name, value in members.items() if value is not None}
    return {"MfaConfiguration": mfa.mode, **configured}

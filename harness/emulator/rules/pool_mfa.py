"""A pool's MFA configuration: the checks of its changes, and its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.pools import MfaConfiguration, Pool
from harness.emulator.rules.pool_settings import has_passwordless_factor

#: The members of SetUserPoolMfaConfig that configure a second factor.
_FACTORS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")


def mfa_at_creation(settings: Mapping[str, Any], mode: str) -> MfaConfiguration:
    """Return the MFA configuration that CreateUserPool sets; MFA needs SMS there (A199)."""
    if mode == "OFF":
        return MfaConfiguration()
    check_passwordless(settings, mode)
    if not settings.get("SmsConfiguration"):
        raise refusals.sms_configuration_required()
    return MfaConfiguration(mode, sms=_sms_of_pool(settings))


def mfa_at_update(pool: Pool, settings: Mapping[str, Any], mode: str) -> MfaConfiguration:
    """Return the MFA configuration that UpdateUserPool sets; omitted means OFF (A199, A200)."""
    if mode == "OFF":
        return MfaConfiguration(web_authn=pool.mfa.web_authn)
    if pool.mfa.mode == "OFF" and mode == "ON":
        raise refusals.mfa_cannot_be_turned_on()
    if pool.mfa.mode != "OFF":
        return replace(pool.mfa, mode=mode)
    if not settings.get("SmsConfiguration"):
        raise refusals.sms_configuration_required()
    return MfaConfiguration(mode, sms=_sms_of_pool(settings), web_authn=pool.mfa.web_authn)


def _sms_of_pool(settings: Mapping[str, Any]) -> dict[str, Any]:
    sms = {"SmsConfiguration": settings["SmsConfiguration"]}
    if settings.get("SmsAuthenticationMessage"):
        sms["SmsAuthenticationMessage"] = settings["SmsAuthenticationMessage"]
    return sms


def check_passwordless(settings: Mapping[str, Any], mode: str) -> None:
    """Refuse mandatory MFA in a pool where a code may replace the password (A198)."""
    if mode == "ON" and has_passwordless_factor(settings):
        raise refusals.mfa_with_passwordless()


def mfa_from(pool: Pool, params: Mapping[str, Any]) -> MfaConfiguration:
    """Return the MFA configuration that SetUserPoolMfaConfig sets.

    A factor counts if its member is present, even with empty content (A192 to A198).
    """
    mode = params.get("MfaConfiguration", "OFF")
    factors = [name for name in _FACTORS if name in params]
    web_authn = params.get("WebAuthnConfiguration", pool.mfa.web_authn)
    if mode == "OFF":
        if factors:
            raise refusals.mfa_off_with_factors()
        return MfaConfiguration(web_authn=params.get("WebAuthnConfiguration"))
    if not factors:
        raise refusals.mfa_without_factors()
    check_passwordless(pool.settings, mode)
    return MfaConfiguration(
        mode,
        sms=_sms(pool, params.get("SmsMfaConfiguration")),
        software_token=params.get("SoftwareTokenMfaConfiguration"),
        email=_email(pool, params.get("EmailMfaConfiguration")),
        web_authn=web_authn,
    )


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

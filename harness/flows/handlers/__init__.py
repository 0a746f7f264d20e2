"""The standard handlers: one function per ChallengeName."""

from __future__ import annotations

from harness.flows.handlers.base import StandardHandler
from harness.flows.handlers.devices import device_password_verifier, device_srp_auth
from harness.flows.handlers.first_factors import (
    custom_challenge,
    password,
    password_srp,
    select_challenge,
    web_authn,
)
from harness.flows.handlers.mfa import (
    email_otp,
    mfa_setup,
    select_mfa_type,
    sms_mfa,
    sms_otp,
    software_token_mfa,
)
from harness.flows.handlers.passwords import new_password_required, password_verifier

__all__ = ["StandardHandler", "standard_handlers"]


def standard_handlers() -> dict[str, StandardHandler]:
    """Return the handlers for all challenges of a sign-in, by ChallengeName."""
    return {
        "SELECT_CHALLENGE": select_challenge,
        "PASSWORD": password,
        "PASSWORD_SRP": password_srp,
        "SMS_OTP": sms_otp,
        "WEB_AUTHN": web_authn,
        "CUSTOM_CHALLENGE": custom_challenge,
        "PASSWORD_VERIFIER": password_verifier,
        "NEW_PASSWORD_REQUIRED": new_password_required,
        "MFA_SETUP": mfa_setup,
        "SELECT_MFA_TYPE": select_mfa_type,
        "SOFTWARE_TOKEN_MFA": software_token_mfa,
        "SMS_MFA": sms_mfa,
        "EMAIL_OTP": email_otp,
        "DEVICE_SRP_AUTH": device_srp_auth,
        "DEVICE_PASSWORD_VERIFIER": device_password_verifier,
    }

"""SetUserMFAPreference and AdminSetUserMFAPreference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.next_challenge import CONTACT, EMAIL_OTP, SMS_MFA, SOFTWARE_TOKEN_MFA
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import MfaPreferences, User
from harness.emulator.rules.passkeys import applicable_passkeys
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service

#: The members of SetUserMFAPreference and AdminSetUserMFAPreference, and their factors (A242).
_SETTINGS = {
    "SMSMfaSettings": SMS_MFA,
    "SoftwareTokenMfaSettings": SOFTWARE_TOKEN_MFA,
    "EmailMfaSettings": EMAIL_OTP,
}


def set_user_mfa_preference(service: Service, request: Request) -> dict[str, Any]:
    """Turn the user's second factors on or off, and set the preferred one (A235)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        return _prefer(service, authorized.pool, authorized.user, request)


def admin_set_user_mfa_preference(service: Service, request: Request) -> dict[str, Any]:
    """Do the same as `set_user_mfa_preference`, as an administrator (A241)."""
    with service.locked_user(request) as (pool, user):
        return _prefer(service, pool, user, request)


def _prefer(service: Service, pool: Pool, user: User, request: Request) -> dict[str, Any]:
    user.mfa = _preferences(pool, user, request.params)
    if user.software_token is not None and "SoftwareTokenMfaSettings" in request.params:
        user.software_token.undecided = False
    if "SMSMfaSettings" in request.params:
        user.sms_by_settings = False  # the preference replaces what SetUserSettings has set
    user.touch(service.clock.time())
    return {}


def _preferences(pool: Pool, user: User, params: Mapping[str, Any]) -> MfaPreferences:
    """Return the user's preferences after the request; factors that it omits do not change.

    A missing Enabled or PreferredMfa counts as false, like every boolean in the service model.
    """
    web_authn = _web_authn(pool, user, params)
    requested = {factor: params[name] for name, factor in _SETTINGS.items() if name in params}
    enabled, preferred = set(user.mfa.enabled), user.mfa.preferred
    for factor, setting in requested.items():
        if setting.get("Enabled"):
            check_set_up(pool, user, factor)
            enabled.add(factor)
        else:
            enabled.discard(factor)
    chosen = [factor for factor, setting in requested.items() if setting.get("PreferredMfa")]
    if len(chosen) > 1:
        raise refusals.mfa_preferences_conflict("only one factor can be preferred.")
    if chosen and chosen[0] not in enabled:
        raise refusals.mfa_preferences_conflict(f"{chosen[0]} is preferred but not enabled.")
    if preferred in requested:
        preferred = None
    if web_authn and not enabled:
        raise refusals.passkey_without_other_factor().because(
            "the user would be left with passkeys alone"
        )
    return MfaPreferences(enabled, chosen[0] if chosen else preferred, web_authn)


def _web_authn(pool: Pool, user: User, params: Mapping[str, Any]) -> bool:
    """Return whether passkeys count as the user's MFA after the request (N036, N037)."""
    setting = params.get("WebAuthnMfaSettings")
    if setting is None:
        return user.mfa.web_authn
    if not setting.get("Enabled"):
        return False
    if not any(params[name].get("Enabled") for name in _SETTINGS if name in params):
        raise refusals.passkey_without_other_factor()
    if not applicable_passkeys(pool, user):
        raise refusals.passkey_not_on_user()
    return True


def check_set_up(pool: Pool, user: User, factor: str) -> None:
    """Refuse a factor that the user cannot use yet (A236, A237)."""
    if factor == SOFTWARE_TOKEN_MFA:
        ready = user.software_token is not None
    else:
        # SMS is accepted beside TOTP even if the pool sends no SMS codes:
        # https://github.com/aws-amplify/amplify-js/issues/11260
        needed = {SMS_MFA, SOFTWARE_TOKEN_MFA} if factor == SMS_MFA else {factor}
        offered = not needed.isdisjoint(pool.mfa.factors())
        ready = offered and bool(user.attributes.get(CONTACT[factor]))
    if not ready:
        raise refusals.no_delivery_config(factor)


OPERATIONS: dict[str, Handler] = {
    "SetUserMFAPreference": set_user_mfa_preference,
    "AdminSetUserMFAPreference": admin_set_user_mfa_preference,
}

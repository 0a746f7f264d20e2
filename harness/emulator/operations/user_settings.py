"""SetUserSettings and AdminSetUserSettings: SMS codes as MFA, switched as before the preferences.

They fill MFAOptions, as in the response at https://github.com/aws-amplify/amplify-js/issues/1343.
How they work together with SetUserMFAPreference is not published. Here they leave the preferences
alone, and a preference about SMS replaces what they have set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.next_challenge import CONTACT, SMS_MFA
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import SMS_OPTION, User
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service


def set_user_settings(service: Service, request: Request) -> dict[str, Any]:
    """Switch SMS codes as MFA on or off for the token's user (A071)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        return _set(service, authorized.pool, authorized.user, request.params["MFAOptions"])


def admin_set_user_settings(service: Service, request: Request) -> dict[str, Any]:
    """Do the same as `set_user_settings`, as an administrator (A064)."""
    with service.locked_user(request) as (pool, user):
        return _set(service, pool, user, request.params["MFAOptions"])


def _set(
    service: Service, pool: Pool, user: User, options: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Replace the user's MFAOptions; an empty list switches SMS off."""
    if any(option != SMS_OPTION for option in options):
        raise refusals.mfa_option_invalid()
    if options and not _can_get_codes(pool, user):
        raise refusals.no_delivery_config(SMS_MFA)
    user.sms_by_settings = bool(options)
    user.touch(service.clock.time())
    return {}


def _can_get_codes(pool: Pool, user: User) -> bool:
    """Return whether the pool sends SMS codes and the user has a phone number for them."""
    return SMS_MFA in pool.mfa.factors() and bool(user.attributes.get(CONTACT[SMS_MFA]))


OPERATIONS: dict[str, Handler] = {
    "SetUserSettings": set_user_settings,
    "AdminSetUserSettings": admin_set_user_settings,
}

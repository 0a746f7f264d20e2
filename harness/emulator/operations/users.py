"""Show, confirm, delete, enable and disable users."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import to_pairs
from harness.emulator.domain.codes import SIGN_UP
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import CONFIRMED, UNCONFIRMED, User
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service
from harness.emulator.triggers.sign_up import post_confirmation


def admin_get_user(service: Service, request: Request) -> dict[str, Any]:
    """Show a user with status and second factors (A064 to A066)."""
    with service.locked_user(request) as (_, user):
        return {
            "Username": user.username,
            "UserAttributes": user.attribute_list(),
            "UserCreateDate": user.created,
            "UserLastModifiedDate": user.modified,
            "Enabled": user.enabled,
            "UserStatus": user.status,
            **user.mfa.described(),
            **user.mfa_options(),
        }


def get_user(service: Service, request: Request) -> dict[str, Any]:
    """Show the token's user, with the attributes that the app client may read (A071)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        user = authorized.user
        shown = authorized.client.readable({"sub": user.sub, **user.attributes})
        return {
            "Username": user.username,
            "UserAttributes": to_pairs(shown),
            **user.mfa.described(),
            **user.mfa_options(),
        }


def admin_confirm_sign_up(service: Service, request: Request) -> dict[str, Any]:
    """Confirm a user without a code; no contact becomes verified (A053)."""
    with service.locked_user(request) as (pool, user):
        if user.status != UNCONFIRMED:
            raise refusals.cannot_be_confirmed(user.status)
        user.codes.spend(SIGN_UP)
        user.status = CONFIRMED
        user.touch(service.clock.time())
        post_confirmation(service.triggers, pool, user)
    return {}


def admin_delete_user(service: Service, request: Request) -> dict[str, Any]:
    """Delete a user, enabled or not (A069)."""
    with service.locked_user(request) as (pool, user):
        _delete(pool, user)
    return {}


def delete_user(service: Service, request: Request) -> dict[str, Any]:
    """Delete the token's user (A075)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        _delete(authorized.pool, authorized.user)
    return {}


def _delete(pool: Pool, user: User) -> None:
    pool.grants.revoke_all(user)
    for name in list(user.groups):
        pool.groups[name].remove(user)
    pool.users.remove(user)


def admin_disable_user(service: Service, request: Request) -> dict[str, Any]:
    """Prevent a user from signing in, and revoke the user's tokens (A068)."""
    with service.locked_user(request) as (pool, user):
        user.enabled = False
        pool.grants.revoke_all(user)
        user.touch(service.clock.time())
    return {}


def admin_enable_user(service: Service, request: Request) -> dict[str, Any]:
    """Allow a disabled user to sign in again."""
    with service.locked_user(request) as (_, user):
        user.enabled = True
        user.touch(service.clock.time())
    return {}


OPERATIONS: dict[str, Handler] = {
    "AdminGetUser": admin_get_user,
    "GetUser": get_user,
    "AdminConfirmSignUp": admin_confirm_sign_up,
    "AdminDeleteUser": admin_delete_user,
    "DeleteUser": delete_user,
    "AdminDisableUser": admin_disable_user,
    "AdminEnableUser": admin_enable_user,
}

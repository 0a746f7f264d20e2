"""Change and verify users' attributes, as the user or as an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import (
    assign,
    check_aliases,
    check_changes,
    check_client_writes,
    check_deletable,
    from_pairs,
    mark_verified,
    merged,
)
from harness.emulator.domain.codes import ATTRIBUTE_VERIFICATION
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import UNCONFIRMED, User
from harness.emulator.rules.delivery import check_delivery, send_code
from harness.emulator.rules.hourly_limits import count_hourly
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service


def update_user_attributes(service: Service, request: Request) -> dict[str, Any]:
    """Change attributes of the token's user, and send codes to new contacts to verify.

    A contact in AttributesRequireVerificationBeforeUpdate keeps its old value until it is verified.
    """
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        pool, user = authorized.pool, authorized.user
        changes = from_pairs(request.params["UserAttributes"])
        check_client_writes(authorized.client, changes)
        check_changes(pool, user, changes)
        return {"CodeDeliveryDetailsList": _change(service, pool, user, changes)}


def admin_update_user_attributes(service: Service, request: Request) -> dict[str, Any]:
    """Change attributes of any user; an administrator may also mark a contact as verified."""
    with service.locked_user(request) as (pool, user):
        changes = from_pairs(request.params["UserAttributes"])
        check_changes(pool, user, changes)
        if user.status == UNCONFIRMED and "preferred_username" in changes:
            _check_preferred_username(pool)
        _change(service, pool, user, changes)
    return {}


def _check_preferred_username(pool: Pool) -> None:
    """Refuse preferred_username as an alias: only confirmed users may have it (A026)."""
    if "preferred_username" in pool.alias_attributes:
        raise refusals.preferred_username_at_sign_up()


def _change(
    service: Service, pool: Pool, user: User, changes: Mapping[str, str]
) -> list[dict[str, str]]:
    """Make checked changes, and send the verification codes that they need."""
    to_verify = _contacts_to_verify(pool, user, changes)
    held_back = _held_back(pool) & to_verify.keys()
    immediate = {name: value for name, value in changes.items() if name not in held_back}
    attributes = merged(user, immediate)
    check_aliases(pool, user, {**attributes, **_as_sign_in_names(pool, to_verify)})
    for name in to_verify:
        check_delivery(service, pool, name)
    for name in VERIFIED_FLAG:
        if attributes.get(name) != user.attributes.get(name):
            user.codes.spend(ATTRIBUTE_VERIFICATION, name)
    assign(pool, user, attributes)
    user.touch(service.clock.time())
    return [
        send_code(service, pool, user, ATTRIBUTE_VERIFICATION, name, destination=value)
        for name, value in to_verify.items()
    ]


def _contacts_to_verify(pool: Pool, user: User, changes: Mapping[str, str]) -> dict[str, str]:
    """Return the new contacts that the pool verifies and the request does not mark as verified."""
    return {
        name: changes[name]
        for name, flag in VERIFIED_FLAG.items()
        if name in pool.auto_verified
        and changes.get(name)
        and changes[name] != user.attributes.get(name)
        and changes.get(flag, "").lower() != "true"
    }


def _held_back(pool: Pool) -> set[str]:
    settings = pool.settings["UserAttributeUpdateSettings"]
    return set(settings.get("AttributesRequireVerificationBeforeUpdate") or ())


def _as_sign_in_names(pool: Pool, contacts: Mapping[str, str]) -> dict[str, str]:
    """Return the new contacts that become sign-in names even if they are not verified."""
    return {name: value for name, value in contacts.items() if name in pool.username_attributes}


def delete_user_attributes(service: Service, request: Request) -> dict[str, Any]:
    """Delete attributes of the token's user."""
    names = request.params["UserAttributeNames"]
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        check_client_writes(authorized.client, names)
        _delete(service, authorized.pool, authorized.user, names)
    return {}


def admin_delete_user_attributes(service: Service, request: Request) -> dict[str, Any]:
    """Delete attributes of any user."""
    with service.locked_user(request) as (pool, user):
        _delete(service, pool, user, request.params["UserAttributeNames"])
    return {}


def _delete(service: Service, pool: Pool, user: User, names: list[str]) -> None:
    check_deletable(pool, names)
    for name in set(names) & VERIFIED_FLAG.keys():
        user.codes.spend(ATTRIBUTE_VERIFICATION, name)
    assign(pool, user, merged(user, dict.fromkeys(names, "")))
    user.touch(service.clock.time())


def get_user_attribute_verification_code(service: Service, request: Request) -> dict[str, Any]:
    """Send a code to the user's email address or phone number; the old one becomes invalid.

    It goes to the present value, even if an update waits for a new value to be verified (M132).
    """
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        pool, user, name = authorized.pool, authorized.user, request.params["AttributeName"]
        if name not in VERIFIED_FLAG:
            raise refusals.attribute_not_verifiable(name)
        pending = user.codes.find(ATTRIBUTE_VERIFICATION, name)
        destination = user.attributes.get(name) or (pending.destination if pending else None)
        if not destination:
            raise refusals.attribute_not_verifiable(name)
        count_hourly(user, "GetUserAttributeVerificationCode", service.clock.time())
        details = send_code(
            service, pool, user, ATTRIBUTE_VERIFICATION, name, destination=destination
        )
    return {"CodeDeliveryDetails": details}


def verify_user_attribute(service: Service, request: Request) -> dict[str, Any]:
    """Verify an email address or phone number with the code that was sent to it."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        pool, user, name = authorized.pool, authorized.user, request.params["AttributeName"]
        if name not in VERIFIED_FLAG:
            raise refusals.attribute_not_verifiable(name)
        now = service.clock.time()
        count_hourly(user, "VerifyUserAttribute", now)
        code = user.codes.check(ATTRIBUTE_VERIFICATION, request.params["Code"], now, name)
        mark_verified(pool, user, name, value=code.destination)
        user.codes.spend(ATTRIBUTE_VERIFICATION, name)
        user.touch(now)
    return {}


OPERATIONS: dict[str, Handler] = {
    "UpdateUserAttributes": update_user_attributes,
    "AdminUpdateUserAttributes": admin_update_user_attributes,
    "DeleteUserAttributes": delete_user_attributes,
    "AdminDeleteUserAttributes": admin_delete_user_attributes,
    "GetUserAttributeVerificationCode": get_user_attribute_verification_code,
    "VerifyUserAttribute": verify_user_attribute,
}

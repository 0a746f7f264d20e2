"""AdminCreateUser: create a user, and send the invitation with the temporary password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import (
    check_aliases,
    from_pairs,
    sign_in_values,
    take_aliases,
    without_blanks,
)
from harness.emulator.domain.codes import INVITATION
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import CONFIRMED, FORCE_CHANGE_PASSWORD, User
from harness.emulator.operations.list_users import described_user
from harness.emulator.rules.delivery import check_delivery, deliver
from harness.emulator.rules.password_policy import check_policy, generate_password, make_password
from harness.emulator.rules.pool_settings import has_passwordless_factor
from harness.emulator.rules.registration import (
    check_username,
    contacts_for_codes,
    internal_name,
    new_user,
    with_login,
)
from harness.emulator.service import Handler, Service
from harness.emulator.triggers.sign_up import ADMIN_CREATE_USER, pre_sign_up

_MEDIUMS = {"SMS": "phone_number", "EMAIL": "email"}


def admin_create_user(service: Service, request: Request) -> dict[str, Any]:
    """Create a user with a temporary password, or send the invitation again (A054 to A060)."""
    pool = service.pool(request)
    with pool.lock:
        if request.params.get("MessageAction") == "RESEND":
            user = _invite_again(service, pool, request)
        else:
            user = _create(service, pool, request)
        return {"User": described_user(user)}


def _create(service: Service, pool: Pool, request: Request) -> User:
    attributes = _checked_attributes(service, pool, request)
    password = _first_password(service, pool, request)
    _check_passwordless(pool, attributes, password)
    sub = service.random.sub()
    name = internal_name(pool, request.params["Username"], sub)
    pre_sign_up(service.triggers, pool, request, name, attributes, ADMIN_CREATE_USER)
    # Again: the pool may have changed while the trigger ran.
    _checked_attributes(service, pool, request)
    _check_passwordless(pool, attributes, password)
    suppressed = request.params.get("MessageAction") == "SUPPRESS"
    targets = [] if suppressed else _targets(service, pool, request, attributes)
    user = _new(service, pool, request, sub, attributes, password)
    _invite(service, pool, user, targets, password)
    return user


def _new(
    service: Service,
    pool: Pool,
    request: Request,
    sub: str,
    attributes: Mapping[str, str],
    password: str | None,
) -> User:
    if request.params.get("ForceAliasCreation"):
        take_aliases(pool, None, attributes)
    return new_user(
        service,
        pool,
        request.params["Username"],
        sub=sub,
        status=CONFIRMED if password is None else FORCE_CHANGE_PASSWORD,
        attributes=attributes,
        password=password,
        temporary=True,
    )


def _checked_attributes(service: Service, pool: Pool, request: Request) -> dict[str, str]:
    """Return the new user's attributes; required ones may be missing (A058)."""
    username = request.params["Username"]
    check_username(pool, username)
    sent = without_blanks(from_pairs(request.params.get("UserAttributes")))
    if "sub" in sent:
        raise refusals.attribute_immutable("sub")
    attributes = with_login(pool, username, sent)
    pool.schema.check_new(attributes)
    for attribute, flag in VERIFIED_FLAG.items():
        if flag in attributes and attribute not in attributes:
            raise refusals.nothing_to_verify(attribute)
    if service.find_user(pool, username) is not None:
        raise refusals.user_account_exists()
    _check_names(pool, attributes, force=bool(request.params.get("ForceAliasCreation")))
    return attributes


def _check_names(pool: Pool, attributes: Mapping[str, str], *, force: bool) -> None:
    """Refuse another user's sign-in names; aliases may be moved to the new user by force (A059)."""
    if pool.username_attributes:
        for name, value in sign_in_values(pool, attributes).items():
            if pool.users.by_alias(name, value) is not None:
                raise refusals.sign_in_name_exists(name)
    else:
        check_aliases(pool, None, attributes, force=force)


def _first_password(service: Service, pool: Pool, request: Request) -> str | None:
    """Return the temporary password, or ``None`` if the pool has a passwordless factor (A057)."""
    password: str | None = request.params.get("TemporaryPassword")
    if password:
        check_policy(pool, password, by_administrator=True)
        return password
    if has_passwordless_factor(pool.settings):
        return None
    return generate_password(service, pool)


def _check_passwordless(pool: Pool, attributes: Mapping[str, str], password: str | None) -> None:
    """Refuse a user without a password who could not sign in, or lacks an attribute (N054).

    NEW_PASSWORD_REQUIRED, which asks for missing required attributes, never comes for them.
    """
    if password is not None:
        return
    contacts = contacts_for_codes(pool)
    if not any(attributes.get(name) for name in contacts):
        raise refusals.no_contact_for_codes(contacts)
    pool.schema.check_required(attributes)


def _invite_again(service: Service, pool: Pool, request: Request) -> User:
    """Carry out RESEND: a new temporary password for a user who has not signed in yet (A056)."""
    user = service.administered_user(pool, request.params["Username"])
    if user.status != FORCE_CHANGE_PASSWORD:
        raise refusals.unsupported_user_state(
            f"Resend not possible. {user.username} status is not FORCE_CHANGE_PASSWORD"
        )
    password = request.params.get("TemporaryPassword") or generate_password(service, pool)
    check_policy(pool, password, by_administrator=True)
    targets = _targets(service, pool, request, user.attributes)
    user.password = make_password(service, pool, user.username, password, temporary=True)
    user.touch(service.clock.time())
    _invite(service, pool, user, targets, password)
    return user


def _targets(
    service: Service, pool: Pool, request: Request, attributes: Mapping[str, str]
) -> list[str]:
    """Return the attributes the invitation goes to: the requested mediums that the user has.

    Without DesiredDeliveryMediums it goes out by SMS, Cognito's default, or by email to a user
    without a phone number.
    """
    mediums = request.params.get("DesiredDeliveryMediums")
    if not mediums:
        mediums = ["SMS"] if "phone_number" in attributes else ["EMAIL"]
    targets = [_MEDIUMS[medium] for medium in mediums if _MEDIUMS[medium] in attributes]
    for attribute in targets:
        check_delivery(service, pool, attribute)
    return targets


def _invite(
    service: Service, pool: Pool, user: User, targets: list[str], password: str | None
) -> None:
    """Send the invitation, with the temporary password if there is one (N054)."""
    for attribute in targets:
        deliver(service, pool, user, INVITATION, attribute, password or "")


OPERATIONS: dict[str, Handler] = {"AdminCreateUser": admin_create_user}

"""ChangePassword, AdminSetUserPassword and AdminResetUserPassword."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.codes import ADMIN_RESET
from harness.emulator.domain.users import CONFIRMED, FORCE_CHANGE_PASSWORD, RESET_REQUIRED, User
from harness.emulator.rules.delivery import send_code
from harness.emulator.rules.hourly_limits import count_hourly
from harness.emulator.rules.password_policy import set_password
from harness.emulator.rules.recovery_contact import check_self_service, recovery_attribute
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service


def change_password(service: Service, request: Request) -> dict[str, Any]:
    """Replace the current password, or set the first one (N055); tokens stay valid.

    A095 to A098.
    """
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        pool, user = authorized.pool, authorized.user
        count_hourly(user, "ChangePassword", service.clock.time())
        _check_previous(user, request.params.get("PreviousPassword"))
        set_password(service, pool, user, request.params["ProposedPassword"])
    return {}


def _check_previous(user: User, previous: str | None) -> None:
    """Require the current password; who has none leaves it out (A095, A098, N055).

    If they send one all the same, it cannot be right. What Cognito does then is unknown. Its text
    about a missing one has the member's older name, OldPassword.
    """
    if user.password is None:
        if previous is not None:
            raise refusals.incorrect_username_or_password().because("the user has no password")
        return
    if previous is None:
        raise refusals.missing_required_parameter("OldPassword")
    if not user.password.matches(previous):
        raise refusals.incorrect_username_or_password().because("PreviousPassword is another one")


def admin_set_user_password(service: Service, request: Request) -> dict[str, Any]:
    """Set a user's password: permanent, or temporary until the next sign-in (A062).

    A user who had none has one from then on, and no operation takes it away again (N054).
    """
    permanent = bool(request.params.get("Permanent", False))
    with service.locked_user(request) as (pool, user):
        set_password(
            service,
            pool,
            user,
            request.params["Password"],
            temporary=not permanent,
            by_administrator=True,
        )
        user.status = CONFIRMED if permanent else FORCE_CHANGE_PASSWORD
    return {}


def admin_reset_user_password(service: Service, request: Request) -> dict[str, Any]:
    """Require a new password and send the user a code for it; this can be repeated (A063).

    Who had no password has to set one then, before they sign in by a code again. What Cognito does
    with such a user is unknown.
    """
    with service.locked_user(request) as (pool, user):
        check_self_service(pool)
        if not user.enabled:
            raise refusals.user_disabled()
        if user.status not in (CONFIRMED, RESET_REQUIRED):
            raise refusals.password_cannot_be_reset()
        attribute = recovery_attribute(pool, user)
        if attribute is None:
            raise refusals.no_verified_contact()
        send_code(service, pool, user, ADMIN_RESET, attribute)
        user.status = RESET_REQUIRED
        user.touch(service.clock.time())
    return {}


OPERATIONS: dict[str, Handler] = {
    "ChangePassword": change_password,
    "AdminSetUserPassword": admin_set_user_password,
    "AdminResetUserPassword": admin_reset_user_password,
}

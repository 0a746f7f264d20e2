"""ForgotPassword and ConfirmForgotPassword."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.codes import FORGOT_PASSWORD
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import CONFIRMED, FORCE_CHANGE_PASSWORD, UNCONFIRMED, User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.delivery import send_code, simulated_delivery
from harness.emulator.rules.hourly_limits import count_hourly
from harness.emulator.rules.migration import find_or_migrate
from harness.emulator.rules.password_policy import set_password
from harness.emulator.rules.recovery_contact import check_self_service, recovery_attribute
from harness.emulator.service import Handler, Service
from harness.emulator.triggers.sign_up import CONFIRM_FORGOT_PASSWORD, post_confirmation


def forgot_password(service: Service, request: Request) -> dict[str, Any]:
    """Send a recovery code to the user's verified contact (A081 to A090)."""
    client = service.proven_client(request)
    pool, username = client.pool, request.params["Username"]
    with pool.lock:
        check_self_service(pool)
        user = find_or_migrate(service, client, username, None)
        unreachable = _unreachable(pool, user)
        if user is None or unreachable is not None:
            if client.hides_user_existence:
                return {"CodeDeliveryDetails": simulated_delivery(pool, username)}
            raise unreachable or refusals.username_client_combination_not_found()
        return {"CodeDeliveryDetails": _send(service, pool, user)}


def _unreachable(pool: Pool, user: User | None) -> Refusal | None:
    """Return why no code can be sent, if that is a reason that ENABLED hides (A083)."""
    if user is None:
        return refusals.username_client_combination_not_found()
    if not user.enabled:
        return refusals.user_disabled()
    if user.status == FORCE_CHANGE_PASSWORD:
        return None
    return None if recovery_attribute(pool, user) else refusals.no_verified_contact()


def _send(service: Service, pool: Pool, user: User) -> dict[str, str]:
    attribute = recovery_attribute(pool, user)
    if user.status == FORCE_CHANGE_PASSWORD or attribute is None:
        raise refusals.password_cannot_be_reset()
    count_hourly(user, "ForgotPassword", service.clock.time())
    return send_code(service, pool, user, FORGOT_PASSWORD, attribute)


def confirm_forgot_password(service: Service, request: Request) -> dict[str, Any]:
    """Set a new password with the recovery code (A091 to A093).

    The code is checked before the password, and stays valid if the password is refused. Cognito's
    own order is not published (A094).
    """
    client = service.proven_client(request)
    pool = client.pool
    with pool.lock:
        user = _user_to_recover(service, client, request.params["Username"])
        now = service.clock.time()
        count_hourly(user, "ForgotPassword", now)
        code = user.codes.check(FORGOT_PASSWORD, request.params["ConfirmationCode"], now)
        set_password(service, pool, user, request.params["Password"])
        mark_verified(pool, user, code.attribute, force=True)
        user.status = CONFIRMED
        post_confirmation(service.triggers, pool, user, CONFIRM_FORGOT_PASSWORD)
    return {}


def _user_to_recover(service: Service, client: UserPoolClient, username: str) -> User:
    user = service.find_user(client.pool, username)
    if user is None or not user.enabled:
        if client.hides_user_existence:
            raise refusals.code_mismatch()
        raise refusals.user_not_found() if user is None else refusals.user_disabled()
    if user.status == UNCONFIRMED:
        raise refusals.user_not_confirmed()
    if user.status == FORCE_CHANGE_PASSWORD:
        raise refusals.password_cannot_be_reset()
    return user


OPERATIONS: dict[str, Handler] = {
    "ForgotPassword": forgot_password,
    "ConfirmForgotPassword": confirm_forgot_password,
}

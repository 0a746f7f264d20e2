"""ForgotPassword, ConfirmForgotPassword."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.codes import FORGOT_PASSWORD, count_hourly, send_code
from harness.emulator.domain.passwords import set_password
from harness.emulator.domain.users import CONFIRMED, FORCE_CHANGE_PASSWORD, UNCONFIRMED, User
from harness.emulator.operations.access import app_client
from harness.emulator.rules.recovery_contact import check_self_service, recovery_attribute
from harness.emulator.rules.simulated_delivery import simulated_details
from harness.emulator.triggers.sign_up import CONFIRM_FORGOT_PASSWORD, post_confirmation

if TYPE_CHECKING:
    from harness.emulator.domain.pools import AppClient, Pool
    from harness.emulator.engine import Engine, Handler, Request
    from harness.emulator.refusals import Refusal

#: Requests for codes and entries of codes together: 5 to 20 an hour depending on the risk that
#: Cognito sees (A090); here a user carries none.
FORGOT_PASSWORD_PER_HOUR = 20


def forgot_password(engine: Engine, request: Request) -> dict[str, Any]:
    """Send a recovery code to the user's verified contact (A081 to A090)."""
    client = app_client(engine, request)
    pool, username = client.pool, request.params["Username"]
    with pool.lock:
        check_self_service(pool)
        user = engine.find_user(pool, username)
        unreachable = _unreachable(pool, user)
        if user is None or unreachable is not None:
            if client.hides_user_existence:
                return {"CodeDeliveryDetails": simulated_details(pool, username)}
            raise unreachable or refusals.username_client_combination_not_found()
        return {"CodeDeliveryDetails": _send(engine, pool, user)}


def _unreachable(pool: Pool, user: User | None) -> Refusal | None:
    """Why no code can be sent, as far as ENABLED hides it (A083)."""
    if user is None:
        return refusals.username_client_combination_not_found()
    if not user.enabled:
        return refusals.user_disabled()
    if user.status == FORCE_CHANGE_PASSWORD:
        return None
    return None if recovery_attribute(pool, user) else refusals.no_verified_contact()


def _send(engine: Engine, pool: Pool, user: User) -> dict[str, str]:
    attribute = recovery_attribute(pool, user)
    if user.status == FORCE_CHANGE_PASSWORD or attribute is None:
        raise refusals.password_cannot_be_reset()
    count_hourly(user, "ForgotPassword", FORGOT_PASSWORD_PER_HOUR, engine.clock.time())
    return send_code(engine, pool, user, FORGOT_PASSWORD, attribute)


def confirm_forgot_password(engine: Engine, request: Request) -> dict[str, Any]:
    """Set a new password by the code that was sent (A091 to A093).

    The code is judged before the password, and a password that is refused leaves the code valid;
    Cognito's own order is not published (A094).
    """
    client = app_client(engine, request)
    pool = client.pool
    with pool.lock:
        user = _user_to_recover(engine, client, request.params["Username"])
        now = engine.clock.time()
        count_hourly(user, "ForgotPassword", FORGOT_PASSWORD_PER_HOUR, now)
        code = user.codes.check(FORGOT_PASSWORD, request.params["ConfirmationCode"], now)
        set_password(engine, pool, user, request.params["Password"])
        mark_verified(pool, user, code.attribute, force=True)
        user.status = CONFIRMED
        post_confirmation(engine, pool, user, CONFIRM_FORGOT_PASSWORD)
    return {}


def _user_to_recover(engine: Engine, client: AppClient, username: str) -> User:
    user = engine.find_user(client.pool, username)
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

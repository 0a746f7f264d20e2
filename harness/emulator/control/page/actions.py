"""What the forms of the page do, each by the operation that an administrator would call.

They are no calls of a client: neither faults nor quotas strike them, and the call log leaves them
out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from harness.clock import LAST_MOMENT
from harness.emulator.api.fast_validation import validate
from harness.emulator.api.request import Caller, Request, under_way
from harness.emulator.control.page.choices import FAULTS
from harness.emulator.stores.faults import Fault

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine

Form = Mapping[str, str]
#: Carries out an action, and returns the key of what it has done.
Action = Callable[["Engine", Form], str]


class ActionRefused(ValueError):
    """A form that cannot be carried out; the text says why, and names no secret."""


def chosen(engine: Engine, form: Form) -> Pool:
    """Return the pool of a form.

    Raises:
        ActionRefused: it does not exist any more.
    """
    pool = engine.pools.get(form.get("pool", ""))
    if pool is None:
        raise ActionRefused("the user pool does not exist any more")
    return pool


def administer(engine: Engine, operation: str, form: Form, **params: Any) -> Any:
    """Carry out an operation on the user of a form, or on the one that ``params`` name.

    Returns:
        The result of the operation.

    Raises:
        ActionRefused: the user does not exist any more.
        Refusal: Cognito would refuse it.
    """
    pool = chosen(engine, form)
    if "Username" not in params:
        user = pool.users.by_sub(form.get("sub", ""))
        if user is None:
            raise ActionRefused("the user does not exist any more")
        params["Username"] = user.username
    members = validate(operation, {"UserPoolId": pool.pool_id, **params})
    request = Request(operation, members, Caller(pool.account, pool.region, pool.partition))
    # The table imports the module of an operation with its first call.
    from harness.emulator.operations.table import OPERATIONS

    with under_way(request):
        return OPERATIONS[operation](engine, request)


def _on_user(operation: str, done: str) -> Action:
    def act(engine: Engine, form: Form) -> str:
        administer(engine, operation, form)
        return done

    return act


def _set_password(engine: Engine, form: Form) -> str:
    permanent = bool(form.get("permanent"))
    password = form.get("password", "")
    administer(engine, "AdminSetUserPassword", form, Password=password, Permanent=permanent)
    return "password-set"


def _forget_device(engine: Engine, form: Form) -> str:
    administer(engine, "AdminForgetDevice", form, DeviceKey=form.get("device", ""))
    return "device-forgotten"


def _delete_user(engine: Engine, form: Form) -> str:
    if not form.get("sure"):
        raise ActionRefused("tick the box to delete the user")
    administer(engine, "AdminDeleteUser", form)
    return "deleted"


def _plan_fault(engine: Engine, form: Form) -> str:
    code, times = form.get("code", ""), form.get("times", "")
    if code not in FAULTS:
        raise ActionRefused("the page does not offer this error; POST /_harness/faults plans any")
    if times not in ("", "1", "3"):
        raise ActionRefused("a fault is planned once, three times or always")
    message, status, _ = FAULTS[code]
    operation = form.get("operation", "")
    try:
        engine.faults.plan(Fault(operation, code, message, status, int(times) if times else None))
    except ValueError as problem:
        raise ActionRefused(str(problem)) from None
    return "fault-planned"


def _clear_faults(engine: Engine, _form: Form) -> str:
    engine.faults.clear()
    return "faults-off"


def _clear_profile(engine: Engine, _form: Form) -> str:
    engine.faults.set_profile(None)
    return "profile-off"


def _move_clock(engine: Engine, form: Form) -> str:
    text = form.get("seconds", "")
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise ActionRefused("the clock moves by a whole number of seconds, at least 0")
    if int(text) > LAST_MOMENT - engine.clock.time():
        raise ActionRefused("the clock cannot go beyond the year 9999")
    engine.clock.advance(int(text))
    return "clock-moved"


def _set_clock(engine: Engine, form: Form) -> str:
    try:
        given = datetime.fromisoformat(form.get("time", ""))
    except ValueError:
        given = None
    # A field of the type datetime-local has no zone; the page shows UTC.
    if given is None or given.tzinfo is not None:
        raise ActionRefused("the time must be a date and a time of day, in UTC")
    moment = given.replace(tzinfo=timezone.utc).timestamp()
    if not 0 <= moment <= LAST_MOMENT:
        raise ActionRefused("the time must be in the years 1970 to 9999")
    engine.clock.set(moment)
    return "clock-moved"


def _save_state(engine: Engine, _form: Form) -> str:
    if engine.state_file is None:
        raise ActionRefused("there is no state file; serve --state FILE gives the emulator one")
    engine.state_file.save(engine)
    return "state-saved"


def _empty(engine: Engine, form: Form) -> str:
    if not form.get("sure"):
        raise ActionRefused("tick the box to delete everything")
    engine.reset()
    engine.faults.clear()
    return "emptied"


#: Every action on what is there, by its name in the forms.
ACTIONS: dict[str, Action] = {
    "confirm": _on_user("AdminConfirmSignUp", "confirmed"),
    "disable": _on_user("AdminDisableUser", "disabled"),
    "enable": _on_user("AdminEnableUser", "enabled"),
    "reset-password": _on_user("AdminResetUserPassword", "password-reset"),
    "set-password": _set_password,
    "sign-out": _on_user("AdminUserGlobalSignOut", "signed-out"),
    "forget-device": _forget_device,
    "forget-authenticator": _on_user("AdminDeleteSoftwareToken", "authenticator-forgotten"),
    "delete-user": _delete_user,
    "plan-fault": _plan_fault,
    "clear-faults": _clear_faults,
    "clear-profile": _clear_profile,
    "move-clock": _move_clock,
    "set-clock": _set_clock,
    "save-state": _save_state,
    "empty": _empty,
}

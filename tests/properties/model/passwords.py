"""The model of changing, recovering, setting and resetting passwords."""

from __future__ import annotations

from tests.properties.model.case import (
    CODE_MISMATCH,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    USER_NOT_CONFIRMED,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    authorized,
    client_proof,
    code_of,
    limit,
    new_password,
    user_named,
    user_of_pool,
)
from tests.properties.model.records import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RECOVERY,
    RESET_REQUIRED,
    SMS,
    UNCONFIRMED,
    Account,
)
from tests.properties.model.rules import Rule
from tests.properties.model.world import World


def _contact(account: Account) -> str | None:
    """Return where a recovery code goes: the phone first, unless it is a second factor (A088)."""
    if "phone_number" in account.verified and SMS not in account.factors:
        return "phone_number"
    return "email" if "email" in account.verified else None


def _waits(account: Account) -> bool:
    """Return whether a temporary password waits for the user (A085)."""
    return account.status == FORCE_CHANGE_PASSWORD and account.password is not None


def forgot_password(world: World, params: Params) -> Case:
    """ForgotPassword (A081 to A086)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    account = client.pool.find(params["Username"])
    waits = account is not None and _waits(account)
    reached = account is not None and account.enabled and (waits or _contact(account) is not None)
    if client.hides and not reached:
        return case  # It looks like a success, but sends nothing (A083).
    account = user_named(case, client, params["Username"])
    if account is None:
        return case
    case.account = account
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    case.refuse(Rule.STATE, waits, NOT_AUTHORIZED)
    case.refuse(Rule.STATE, not waits and _contact(account) is None, INVALID_PARAMETER)
    limit(case, account, "ForgotPassword", 5, world.now)
    _without_password(case, account)

    def accepted(_answer: Answer) -> None:
        world.receive(account, RECOVERY)

    case.then = accepted
    return case


def _without_password(case: Case, account: Account) -> None:
    """Allow a refusal: whether a user can recover a password that they never had is unknown."""
    case.perhaps(account.password is None, NOT_AUTHORIZED, INVALID_PARAMETER)


def confirm_forgot_password(world: World, params: Params) -> Case:
    """ConfirmForgotPassword: the newest recovery code, once (A091 to A093)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    account = user_named(case, client, params["Username"])
    if account is None:
        return case
    case.account = account
    disabled = CODE_MISMATCH if client.hides else NOT_AUTHORIZED
    case.refuse(Rule.ENABLED, not account.enabled, disabled)
    case.refuse(Rule.CONFIRMED, account.status == UNCONFIRMED, USER_NOT_CONFIRMED)
    code_of(world, case, account, RECOVERY, params["ConfirmationCode"])
    new_password(case, params["Password"])
    limit(case, account, "ForgotPassword", 5, world.now)
    # Whether a code stays valid after a temporary password is set is unknown.
    case.perhaps(account.status == FORCE_CHANGE_PASSWORD, NOT_AUTHORIZED)

    def accepted(_answer: Answer) -> None:
        account.verified.add(account.codes.pop(RECOVERY).attribute)
        account.set_password(params["Password"])
        account.status = CONFIRMED

    case.then = accepted
    return case


def change_password(world: World, params: Params) -> Case:
    """ChangePassword: needs the current password, if there is one (A095 to A097, N055)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    previous, needed = params.get("PreviousPassword"), account.password is not None
    missing = needed and previous is None
    case.refuse(Rule.PASSWORD, missing, NOT_AUTHORIZED, INVALID_PARAMETER)
    wrong = needed and previous is not None and previous != account.password
    case.refuse(Rule.PASSWORD, wrong, NOT_AUTHORIZED)
    # What a user without a password hears who names one is unknown.
    case.perhaps(not needed and previous is not None, NOT_AUTHORIZED, INVALID_PARAMETER)
    new_password(case, params["ProposedPassword"])
    limit(case, account, "ChangePassword", 5, world.now)
    case.then = lambda _answer: account.set_password(params["ProposedPassword"])
    return case


def admin_set_user_password(world: World, params: Params) -> Case:
    """AdminSetUserPassword: permanent, or temporary until the next sign-in (A062)."""
    case = Case()
    account = case.account = user_of_pool(world, case, params)
    if account is None:
        return case
    new_password(case, params["Password"])

    def accepted(_answer: Answer) -> None:
        since = None if params["Permanent"] else world.now
        account.set_password(params["Password"], temporary_since=since)
        account.status = CONFIRMED if params["Permanent"] else FORCE_CHANGE_PASSWORD

    case.then = accepted
    return case


def admin_reset_user_password(world: World, params: Params) -> Case:
    """AdminResetUserPassword: sends a code, and the user cannot sign in until it is used (A063)."""
    case = Case()
    account = case.account = user_of_pool(world, case, params)
    if account is None:
        return case
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    state = account.status not in (CONFIRMED, RESET_REQUIRED)
    case.refuse(Rule.STATE, state, NOT_AUTHORIZED)
    case.refuse(Rule.STATE, _contact(account) is None, INVALID_PARAMETER)
    _without_password(case, account)

    def accepted(_answer: Answer) -> None:
        account.status = RESET_REQUIRED
        world.receive(account, RECOVERY)

    case.then = accepted
    return case

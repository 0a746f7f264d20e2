"""From one step of a sign-in to the next: which page asks for what, and where a refusal leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    MFA_SETUP,
    NEW_PASSWORD_REQUIRED,
    SELECT_MFA_TYPE,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
)
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import within
from harness.emulator.managed_login.completion import sign_in_completed
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_in_calls import can_go_on
from harness.emulator.managed_login.transactions import current_transaction, start_again
from harness.emulator.refusals import Refusal
from harness.emulator.rules.recovery_contact import factors_to_set_up
from harness.emulator.sign_in import on_pages
from harness.emulator.sign_in.put import Result
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = [
    "NOTICE",
    "SET_UP_PAGES",
    "attempted",
    "ended",
    "expected",
    "is_set_up",
    "nothing_to_set_up",
    "show_next",
    "take_notice",
]

#: The page of each challenge. In no public text found (H043).
_PAGES: Mapping[str, str] = {
    NEW_PASSWORD_REQUIRED: "/newPassword",
    SELECT_MFA_TYPE: "/selectMfa",
    SOFTWARE_TOKEN_MFA: "/mfa",
    SMS_MFA: "/mfa",
    EMAIL_OTP: "/mfa",
}
#: The page that sets up a factor; with several to choose from, ``/mfaSetup`` asks which one.
SET_UP_PAGES: Mapping[str, str] = {
    SOFTWARE_TOKEN_MFA: "/totpSetup",
    SMS_MFA: "/smsSetup",
    EMAIL_OTP: "/emailSetup",
}
#: Members of a transaction's parameters besides ChallengeParameters: that the code is the first one
#: of a factor, and what went well in the step before.
_SET_UP, NOTICE = "SetUp", "Notice"
#: Cognito's text of 2017, for pages that could set nothing up (H057). It says what is wrong where
#: the pool enables nothing but its recovery channel; today's text is unknown.
_NOTHING_TO_SET_UP = (
    "You must have multi-factor authentication (MFA) set up to sign in. "
    "Please set up MFA and try again."
)


def show_next(
    visit: Visit,
    transaction: LoginTransaction,
    result: Result,
    *,
    set_up: bool = False,
    notice: str = "",
) -> HttpAnswer:
    """Lead to the page of the next challenge, or to the app (H055, H056, H062).

    Args:
        visit: the request.
        transaction: the sign-in under way.
        result: what the engine has returned.
        set_up: whether a code of this challenge sets up the factor that it is of.
        notice: what went well, which the page says.
    """
    user = on_pages.signed_in(result)
    if user is not None:
        return sign_in_completed(visit, transaction, user)
    _remember(transaction, result, set_up=set_up, notice=notice)
    # The page lives for five minutes, whatever AuthSessionValidity says (H039).
    on_pages.keep_open(visit.engine, transaction.session, transaction.expires_at)
    return within(visit, _page_of(visit, transaction))


def expected(visit: Visit, *challenges: str) -> LoginTransaction | HttpAnswer:
    """Return the sign-in of this browser if it is at one of these challenges.

    Otherwise return a redirect: to the page of its own challenge, or to the login page if there is
    no sign-in, or none any more (H039).
    """
    transaction = current_transaction(visit)
    if transaction is None:
        return start_again(visit)
    if transaction.challenge in challenges:
        return transaction
    return within(visit, _page_of(visit, transaction))


def attempted(
    visit: Visit,
    transaction: LoginTransaction,
    step: Callable[[], HttpAnswer],
    page: Callable[[Refusal], HttpAnswer],
) -> HttpAnswer:
    """Take a step; after a refusal show its page again, or the login page if nothing can follow.

    Both say the sentence of the API. A form that a browser sends twice at once takes the step with
    the first one; the second is refused, and leads to the page where the first has led.
    """
    before = transaction.challenge
    try:
        return step()
    except Refusal as refusal:
        if transaction.challenge != before:
            return replace(within(visit, _page_of(visit, transaction)), refused=refusal)
        return _refused(visit, transaction, refusal, page)


def is_set_up(transaction: LoginTransaction) -> bool:
    """Return whether a code of this challenge sets up the factor that it is of."""
    return _SET_UP in transaction.parameters


def take_notice(transaction: LoginTransaction) -> str:
    """Return what went well in the step before; only the next page says it."""
    kept = dict(transaction.parameters)
    notice: str = kept.pop(NOTICE, "")
    transaction.parameters = kept
    return notice


def nothing_to_set_up(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    """Lead back to the login page: MFA is required, and the pool enables nothing to set up."""
    return ended(visit, transaction, _NOTHING_TO_SET_UP)


def ended(visit: Visit, transaction: LoginTransaction, message: str) -> HttpAnswer:
    """Lead back to the login page, which says why."""
    transaction.challenge = transaction.session = transaction.secret = ""
    transaction.parameters = {}
    transaction.message = message
    return within(visit, "/login")


def _refused(
    visit: Visit,
    transaction: LoginTransaction,
    refusal: Refusal,
    page: Callable[[Refusal], HttpAnswer],
) -> HttpAnswer:
    if can_go_on(visit, transaction):
        return replace(page(refusal), refused=refusal)
    if refusal.code == "PasswordResetRequiredException":
        return replace(within(visit, "/forgotPassword"), refused=refusal)
    return replace(ended(visit, transaction, refusal.message), refused=refusal)


def _remember(transaction: LoginTransaction, result: Result, *, set_up: bool, notice: str) -> None:
    marks = {**({_SET_UP: "true"} if set_up else {}), **({NOTICE: notice} if notice else {})}
    transaction.challenge = result["ChallengeName"]
    transaction.session = result["Session"]
    transaction.parameters = {**result["ChallengeParameters"], **marks}
    transaction.secret = ""


def _page_of(visit: Visit, transaction: LoginTransaction) -> str:
    if transaction.challenge != MFA_SETUP:
        return _PAGES.get(transaction.challenge, "/login")
    factors = factors_to_set_up(visit.pool)
    return SET_UP_PAGES[factors[0]] if len(factors) == 1 else "/mfaSetup"

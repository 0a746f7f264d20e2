"""The pages for the second factor of a user who has one: its code, and the choice (H055, H056)."""

from __future__ import annotations

import json
from functools import partial

from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    SELECT_MFA_TYPE,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
)
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_in_calls import another_code, answer, back_to_set_up
from harness.emulator.managed_login.steps import (
    attempted,
    expected,
    is_set_up,
    show_next,
    take_notice,
)
from harness.emulator.refusals import Refusal
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["FACTOR_LABELS", "mfa", "select_mfa", "typed_code"]

#: What the pages call the factors.
FACTOR_LABELS = {
    SOFTWARE_TOKEN_MFA: "Authenticator app",
    SMS_MFA: "Text message",
    EMAIL_OTP: "Email",
}
_ANSWERS = {
    SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
    SMS_MFA: "SMS_MFA_CODE",
    EMAIL_OTP: "EMAIL_OTP_CODE",
}
_SENT = "We sent a new code. Earlier codes no longer work."


def mfa(visit: Visit) -> HttpAnswer:
    """Show the page for a code, or take a code, send a new one, or go back to the set-up."""
    found = expected(visit, *_ANSWERS)
    if isinstance(found, HttpAnswer):
        return found
    if visit.request.method != "POST":
        return _code_page(visit, found)
    action = visit.request.form.get("action")
    step = {"resend": _send_again, "back": _back}.get(action or "", _take_code)
    return attempted(visit, found, partial(step, visit, found), partial(_code_page, visit, found))


def select_mfa(visit: Visit) -> HttpAnswer:
    """Show the page for the choice of a factor, or take the choice (H056)."""
    found = expected(visit, SELECT_MFA_TYPE)
    if isinstance(found, HttpAnswer):
        return found
    if visit.request.method != "POST":
        return _choice_page(visit, found)
    return attempted(
        visit, found, partial(_choose, visit, found), partial(_choice_page, visit, found)
    )


def typed_code(visit: Visit) -> str:
    """Return the code of the form without the blanks that people and apps group digits by."""
    return "".join(visit.request.form.get("code", "").split())


def _take_code(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    member = _ANSWERS[transaction.challenge]
    return show_next(visit, transaction, answer(visit, transaction, **{member: typed_code(visit)}))


def _send_again(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    if transaction.challenge == SOFTWARE_TOKEN_MFA:  # nothing was sent: no button of ours does this
        return _code_page(visit, transaction)
    set_up, result = is_set_up(transaction), another_code(visit, transaction)
    return show_next(visit, transaction, result, set_up=set_up, notice=_SENT)


def _back(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    return show_next(visit, transaction, back_to_set_up(visit, transaction))


def _choose(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    chosen = visit.request.form.get("factor", "")
    return show_next(visit, transaction, answer(visit, transaction, ANSWER=chosen))


def _code_page(
    visit: Visit, transaction: LoginTransaction, refusal: Refusal | None = None
) -> HttpAnswer:
    parameters = transaction.parameters
    return page(
        visit,
        "mfa.html",
        message=refusal.message if refusal else "",
        wrong="" if visit.request.form.get("action") else "code",
        notice="" if refusal else take_notice(transaction),
        challenge=transaction.challenge,
        device=parameters.get("FRIENDLY_DEVICE_NAME", ""),
        destination=parameters.get("CODE_DELIVERY_DESTINATION", ""),
        set_up=is_set_up(transaction),
    )


def _choice_page(
    visit: Visit, transaction: LoginTransaction, refusal: Refusal | None = None
) -> HttpAnswer:
    factors = json.loads(transaction.parameters["MFAS_CAN_CHOOSE"])
    return page(
        visit,
        "select_mfa.html",
        message=refusal.message if refusal else "",
        choices=[(factor, FACTOR_LABELS[factor]) for factor in factors],
        path="/selectMfa",
    )

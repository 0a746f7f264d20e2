"""The pages that set up a second factor where MFA is required: TOTP, SMS and email (H055, H057)."""

from __future__ import annotations

from functools import partial

from markupsafe import Markup

from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    MFA_SETUP,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
)
from harness.emulator.domain.totp import key_uri
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import error_page, page, within
from harness.emulator.managed_login.mfa_pages import FACTOR_LABELS, typed_code
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_in_calls import answer, secret_code, verify_token
from harness.emulator.managed_login.steps import (
    SET_UP_PAGES,
    attempted,
    expected,
    nothing_to_set_up,
    show_next,
)
from harness.emulator.refusals import Refusal
from harness.emulator.rules.recovery_contact import factors_to_set_up
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["email_set_up", "mfa_set_up", "sms_set_up", "totp_set_up"]

#: The response of each contact to MFA_SETUP. That for a phone number is ours: the API has none.
_RESPONSES = {SMS_MFA: "PHONE_NUMBER", EMAIL_OTP: "EMAIL"}
#: The text is our own; no form of Cognito's can send such a choice.
_NOT_OFFERED = "Choose one of these methods."


def mfa_set_up(visit: Visit) -> HttpAnswer:
    """Show the factors that can be set up, or lead to the page of the chosen one (H056)."""
    found = expected(visit, MFA_SETUP)
    if isinstance(found, HttpAnswer):
        return found
    factors = factors_to_set_up(visit.pool)
    if not factors:
        return nothing_to_set_up(visit, found)
    chosen, is_sent = visit.request.form.get("factor", ""), visit.request.method == "POST"
    if is_sent and chosen in factors:
        return within(visit, SET_UP_PAGES[chosen])
    choices = [(factor, FACTOR_LABELS[factor]) for factor in factors]
    message = _NOT_OFFERED if is_sent else ""
    return page(visit, "select_mfa.html", message=message, choices=choices, path="/mfaSetup")


def totp_set_up(visit: Visit) -> HttpAnswer:
    """Show a new secret, the same at every load, or verify its first code (A206, A207)."""
    found = _expected(visit, SOFTWARE_TOKEN_MFA)
    if isinstance(found, HttpAnswer):
        return found
    step = _verify if visit.request.method == "POST" else _token_page
    return attempted(visit, found, partial(step, visit, found), partial(_token_page, visit, found))


def sms_set_up(visit: Visit) -> HttpAnswer:
    """Ask for a phone number, or send a code to it (H055)."""
    return _contact_set_up(visit, SMS_MFA)


def email_set_up(visit: Visit) -> HttpAnswer:
    """Ask for an email address, or send a code to it (H055, M113)."""
    return _contact_set_up(visit, EMAIL_OTP)


def _expected(visit: Visit, factor: str) -> LoginTransaction | HttpAnswer:
    """Return the sign-in that may set up this factor; lead others to what they may do."""
    found = expected(visit, MFA_SETUP)
    if isinstance(found, HttpAnswer) or factor in factors_to_set_up(visit.pool):
        return found
    return within(visit, "/mfaSetup")


def _contact_set_up(visit: Visit, factor: str) -> HttpAnswer:
    found = _expected(visit, factor)
    if isinstance(found, HttpAnswer):
        return found
    again = partial(_contact_page, visit, factor)
    if visit.request.method != "POST":
        return again()
    return attempted(visit, found, partial(_send, visit, found, factor), again)


def _send(visit: Visit, transaction: LoginTransaction, factor: str) -> HttpAnswer:
    response = {_RESPONSES[factor]: visit.request.form.get("contact", "").strip()}
    return show_next(visit, transaction, answer(visit, transaction, **response), set_up=True)


def _verify(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    name = visit.request.form.get("device", "").strip()
    return show_next(visit, transaction, verify_token(visit, transaction, typed_code(visit), name))


def _token_page(
    visit: Visit, transaction: LoginTransaction, refusal: Refusal | None = None
) -> HttpAnswer:
    if refusal is not None and not transaction.secret:
        return error_page(visit, refusal.message)
    secret = secret_code(visit, transaction)
    uri = key_uri(visit.pool.name, transaction.parameters["USER_ID_FOR_SRP"], secret)
    return page(
        visit,
        "totp_setup.html",
        message=refusal.message if refusal else "",
        wrong="code",
        typed={"device": visit.request.form.get("device", "")},
        secret=secret,
        uri=uri,
        qr=_picture(uri),
        others=len(factors_to_set_up(visit.pool)) > 1,
    )


def _contact_page(visit: Visit, factor: str, refusal: Refusal | None = None) -> HttpAnswer:
    return page(
        visit,
        "contact_setup.html",
        message=refusal.message if refusal else "",
        wrong="contact",
        typed={"contact": visit.request.form.get("contact", "")},
        by_sms=factor == SMS_MFA,
        path=SET_UP_PAGES[factor],
        others=len(factors_to_set_up(visit.pool)) > 1,
    )


def _picture(uri: str) -> Markup:
    """Return the QR code of an address as SVG."""
    # Only a set-up needs it.
    import segno

    code = segno.make_qr(uri, error="l")
    picture: str = code.svg_inline(border=4, light="#fff", omitsize=True)
    return Markup(picture)

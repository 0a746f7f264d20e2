"""The confirmation of a sign-up: by the code, by the link of an email, and another code (H060)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.codes import SIGN_UP as SIGN_UP_MESSAGE
from harness.emulator.domain.message_texts import sends_link
from harness.emulator.domain.users import UNCONFIRMED
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import (
    error_page,
    off_domain,
    page,
    refused_page,
    within,
)
from harness.emulator.managed_login.api_calls import call_api
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.steps import NOTICE, show_next, take_notice
from harness.emulator.managed_login.unsigned_steps import (
    SIGN_UP,
    begun,
    show_sign_in,
    under_way,
)
from harness.emulator.refusals import Refusal, login_pages, user_not_confirmed
from harness.emulator.sign_in.on_pages import after_confirmation, proof_of_password
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["confirm", "confirm_by_link", "resend_code", "signed_up"]

#: In a transaction's parameters: that the password was chosen in this browser.
_PROOF = "Proof"

#: The texts are our own; Cognito's are unknown.
_NOT_CONFIRMABLE = (
    "Your account was created, but it cannot be confirmed here: the user pool verifies neither an "
    "email address nor a phone number of it. An administrator can confirm it."
)
_NOT_YET = "Your account is not confirmed yet. Open the link in the email first."
_CONFIRMED = "Your account is confirmed. Sign in to continue."


def signed_up(
    visit: Visit, asked: AuthorizeRequest, name: str, result: Mapping[str, object]
) -> HttpAnswer:
    """Lead a person on who has just signed up: to the confirmation, or into the app (H060).

    Args:
        visit: the request that signed them up.
        asked: what they are here for.
        name: the name that they typed.
        result: the result of SignUp.
    """
    user = visit.engine.find_user(visit.pool, name)
    proof = {_PROOF: proof_of_password(user)} if user is not None else {}
    details = result.get("CodeDeliveryDetails")
    if isinstance(details, dict):
        return begun(visit, asked, "/confirm", name, SIGN_UP, {**details, **proof})
    if result["UserConfirmed"]:
        return begun(visit, asked, "/confirm", name, SIGN_UP, proof)
    return error_page(visit, _NOT_CONFIRMABLE)


def confirm(visit: Visit) -> HttpAnswer:
    """Show the page for the code of a sign-up, or take the code (H060).

    Nothing else leads here (H041): a sign-in of an unconfirmed user ends on the login page
    (https://github.com/aws-amplify/amplify-js/issues/3184).

    Whoever is confirmed already, by the link or by a trigger, goes on at once.
    """
    transaction = under_way(visit, SIGN_UP)
    if isinstance(transaction, HttpAnswer):
        return transaction
    user = visit.engine.find_user(visit.pool, transaction.username)
    if user is not None and user.status != UNCONFIRMED:
        return _go_on(visit, transaction)
    if visit.request.method == "POST":
        return _submitted(visit, transaction)
    return _page(visit, transaction)


def _submitted(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    code = visit.request.form.get("code", "").strip()
    if not code and _has_link(visit, transaction):
        return _page(visit, transaction, user_not_confirmed(), message=_NOT_YET)
    try:
        _call(visit, transaction, "ConfirmSignUp", ConfirmationCode=code)
    except Refusal as refusal:
        return _page(visit, transaction, refusal, wrong="code")
    return _go_on(visit, transaction)


def _go_on(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    """Sign in a confirmed person, if this browser has chosen the password (H060)."""
    client = visit.pool.clients[transaction.authorize.client_id]
    proof = transaction.parameters.get(_PROOF, "")
    try:
        result = after_confirmation(visit.engine, visit.caller, client, transaction.username, proof)
    except Refusal as refusal:
        return show_sign_in(visit, transaction.authorize, message=refusal.message)
    if result is None:
        return show_sign_in(visit, transaction.authorize, notice=_CONFIRMED)
    return show_next(visit, transaction, result)


def resend_code(visit: Visit) -> HttpAnswer:
    """Send another code from the page of the confirmation, and return there (H041)."""
    transaction = under_way(visit, SIGN_UP)
    if isinstance(transaction, HttpAnswer):
        return transaction
    if visit.request.method == "POST":
        try:
            result = _call(visit, transaction, "ResendConfirmationCode")
        except Refusal as refusal:
            return _page(visit, transaction, refusal)
        notice = "A new link was sent." if _has_link(visit, transaction) else "A new code was sent."
        details = {**result["CodeDeliveryDetails"], NOTICE: notice}
        transaction.parameters = {**transaction.parameters, **details}
    return within(visit, "/confirm")


def confirm_by_link(visit: Visit) -> HttpAnswer:
    """Confirm a sign-up by the link of an email, in whatever browser it was opened (H042b).

    A redirect_uri that is not registered keeps the code unused: nothing is confirmed.
    """
    given = visit.request.parameters
    names = ("client_id", "user_name", "confirmation_code")
    if visit.request.method != "GET" or not all(given.get(name) for name in names):
        return refused_page(visit, login_pages.required_parameters_missing())
    client = visit.pool.clients.get(given["client_id"])
    if client is None:
        return refused_page(visit, login_pages.login_client_unknown())
    target = given.get("redirect_uri")
    if target is not None and target not in (client.settings.get("CallbackURLs") or ()):
        return refused_page(visit, login_pages.redirect_mismatch())
    try:
        code = given["confirmation_code"]
        call_api(visit, client, "ConfirmSignUp", given["user_name"], ConfirmationCode=code)
    except Refusal as refusal:
        return refused_page(visit, refusal)
    if target is None:
        return page(visit, "confirmed.html")
    return off_domain(visit, client.client_id, "CallbackURLs", target)


def _page(
    visit: Visit,
    transaction: LoginTransaction,
    refusal: Refusal | None = None,
    *,
    message: str = "",
    wrong: str = "",
) -> HttpAnswer:
    shown = page(
        visit,
        "confirm.html",
        message=message or (refusal.message if refusal else ""),
        wrong=wrong,
        notice=take_notice(transaction),
        by_link=_has_link(visit, transaction),
        destination=transaction.parameters.get("Destination", ""),
    )
    return replace(shown, refused=refusal)


def _has_link(visit: Visit, transaction: LoginTransaction) -> bool:
    """Return whether the person got a link in the place of a code."""
    medium = transaction.parameters.get("DeliveryMedium", "")
    return sends_link(visit.pool, SIGN_UP_MESSAGE, medium)


def _call(
    visit: Visit, transaction: LoginTransaction, operation: str, **members: str
) -> dict[str, Any]:
    client = visit.pool.clients[transaction.authorize.client_id]
    return call_api(visit, client, operation, transaction.username, **members)

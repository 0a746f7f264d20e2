"""The forgotten password: a code to a verified contact, and the new password with it (H061)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.pools import Pool
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page, refused_page
from harness.emulator.managed_login.api_calls import call_api
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_up_form import (
    PASSWORDS_DIFFER,
    name_field,
    policy_in_words,
    wrong_field,
)
from harness.emulator.managed_login.unsigned_steps import (
    RECOVERY,
    begun,
    checked,
    show_sign_in,
    under_way,
)
from harness.emulator.refusals import Refusal
from harness.emulator.rules.recovery_contact import check_self_service
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["confirm_forgot_password", "forgot_password", "offers_recovery", "to_recovery"]

#: The text is our own; Cognito's is unknown.
_CHANGED = "Your password was changed. Sign in with it."


def forgot_password(visit: Visit) -> HttpAnswer:
    """Ask for the name, and send a code to a verified contact of the user (H061).

    A client with PreventUserExistenceErrors sends everybody on, also those whom it does not know,
    as ForgotPassword does (A083). In a pool where only an administrator resets passwords there is
    no such page; what Cognito shows then is unknown.
    """
    asked = checked(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    try:
        check_self_service(visit.pool)
    except Refusal as refusal:
        return refused_page(visit, refusal)
    if visit.request.method != "POST":
        return _name_page(visit, asked.login_hint or "")
    return _send(visit, asked, visit.request.form.get("username", ""))


def offers_recovery(pool: Pool) -> bool:
    """Return whether people may reset their own passwords, so that a link leads there (A087)."""
    try:
        check_self_service(pool)
    except Refusal:
        return False
    return True


def _send(visit: Visit, asked: AuthorizeRequest, name: str) -> HttpAnswer:
    client = visit.pool.clients[asked.client_id]
    try:
        result = call_api(visit, client, "ForgotPassword", name)
    except Refusal as refusal:
        return _name_page(visit, name, refusal)
    return to_recovery(visit, asked, name, result["CodeDeliveryDetails"])


def _name_page(visit: Visit, name: str, refusal: Refusal | None = None) -> HttpAnswer:
    item = name_field(visit.pool)
    shown = page(
        visit,
        "forgot_password.html",
        message=refusal.message if refusal else "",
        wrong="username" if refusal else "",
        typed={"username": name},
        item=item,
    )
    return replace(shown, refused=refusal)


def to_recovery(
    visit: Visit, asked: AuthorizeRequest, name: str, details: Mapping[str, str] | None = None
) -> HttpAnswer:
    """Lead a person on who has a code: they asked for it, or an administrator reset the password.

    Args:
        visit: the request.
        asked: what the person is here for.
        name: the name that they typed.
        details: CodeDeliveryDetails; ``None`` if another request had the code sent.
    """
    return begun(visit, asked, "/confirmforgotPassword", name, RECOVERY, details or {})


def confirm_forgot_password(visit: Visit) -> HttpAnswer:
    """Take the code and the new password twice, and lead back to the sign-in (H061)."""
    transaction = under_way(visit, RECOVERY)
    if isinstance(transaction, HttpAnswer):
        return transaction
    if visit.request.method == "POST":
        return _change(visit, transaction)
    return _code_page(visit, transaction)


def _change(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    form, client = visit.request.form, visit.pool.clients[transaction.authorize.client_id]
    password, code = form.get("password", ""), form.get("code", "").strip()
    if password != form.get("confirm_password"):
        return _code_page(visit, transaction, message=PASSWORDS_DIFFER, wrong="confirm_password")
    members = {"ConfirmationCode": code, "Password": password}
    try:
        call_api(visit, client, "ConfirmForgotPassword", transaction.username, **members)
    except Refusal as refusal:
        shown = _code_page(visit, transaction, refusal.message, wrong_field(refusal))
        return replace(shown, refused=refusal)
    return show_sign_in(visit, transaction.authorize, notice=_CHANGED)


def _code_page(
    visit: Visit, transaction: LoginTransaction, message: str = "", wrong: str = ""
) -> HttpAnswer:
    return page(
        visit,
        "confirm_forgot_password.html",
        message=message,
        wrong=wrong,
        username=transaction.username,
        destination=transaction.parameters.get("Destination", ""),
        policy=policy_in_words(visit.pool),
    )

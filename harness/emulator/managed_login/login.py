"""``/login``: the page that asks for username and password (H042, H044, H054)."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page, refused_page
from harness.emulator.managed_login.authorize_query import checked_query
from harness.emulator.managed_login.cookies import TRANSACTION, with_csrf_state
from harness.emulator.managed_login.recovery_pages import offers_recovery, to_recovery
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_in_calls import sign_in
from harness.emulator.managed_login.sign_up_form import name_field, wrong_field
from harness.emulator.managed_login.steps import show_next, take_notice
from harness.emulator.managed_login.transactions import (
    OVER,
    OVER_MARK,
    begin_transaction,
    current_transaction,
    with_transaction,
)
from harness.emulator.managed_login.versions import is_version_two, why_no_pages
from harness.emulator.refusals import Refusal, login_pages
from harness.emulator.sign_in import on_pages

__all__ = ["login"]


def login(visit: Visit) -> HttpAnswer:
    """Answer ``GET`` and ``POST /login``."""
    return with_csrf_state(visit, _login(visit))


def _login(visit: Visit) -> HttpAnswer:
    if "client_id" not in visit.request.parameters and is_version_two(visit):
        return refused_page(visit, login_pages.client_id_missing_on_login())
    asked = checked_query(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    refusal = why_no_pages(visit, asked.client_id)
    if refusal is not None:
        return refused_page(visit, refusal)
    if visit.request.method == "POST":
        return _with_password(visit, asked)
    return _form(visit, asked)


def _form(visit: Visit, asked: AuthorizeRequest) -> HttpAnswer:
    """Show the form, with what a step before had to say, if one did (H037, H039)."""
    ended = current_transaction(visit)
    is_over = visit.request.cookie(TRANSACTION) == OVER_MARK
    message = ended.message if ended else OVER if is_over else ""
    notice = take_notice(ended) if ended else ""
    name = ended.username if ended and (message or notice) else asked.login_hint
    typed = {"username": name} if name else {}
    return _begun(visit, asked, _shown(visit, message, typed, notice=notice))


def _with_password(visit: Visit, asked: AuthorizeRequest) -> HttpAnswer:
    form = visit.request.form
    if visit.request.cookie(TRANSACTION) and current_transaction(visit) is None:
        return _begun(visit, asked, _shown(visit, OVER, {}))
    name, password = form.get("username", "").strip(), form.get("password", "")
    client = visit.pool.clients[asked.client_id]
    begun = begin_transaction(visit, asked)
    begun.username = name
    try:
        result = sign_in(visit, client, name, password)
    except Refusal as refused:
        if refused.code == "PasswordResetRequiredException":
            return replace(to_recovery(visit, asked, name), refused=refused)
        wrong = "password" if refused.code == "NotAuthorizedException" else wrong_field(refused)
        shown = _shown(visit, refused.message, {"username": name}, wrong=wrong)
        return with_transaction(visit, replace(shown, refused=refused), begun)
    answer = show_next(visit, begun, result)
    return answer if on_pages.signed_in(result) else with_transaction(visit, answer, begun)


def _shown(
    visit: Visit, message: str, typed: dict[str, str], wrong: str = "", notice: str = ""
) -> HttpAnswer:
    return page(
        visit,
        "login.html",
        name_label=name_field(visit.pool).label,
        message=message,
        wrong=wrong,
        notice=notice,
        typed=typed,
        sign_up=not visit.pool.admin_create_user_only,
        forgot=offers_recovery(visit.pool),
    )


def _begun(visit: Visit, asked: AuthorizeRequest, answer: HttpAnswer) -> HttpAnswer:
    """Begin the five minutes of a sign-in with the page that starts it (H039)."""
    return with_transaction(visit, answer, begin_transaction(visit, asked))

"""What the pages for people who are not signed in share: their transactions, and ways to sign in.

A transaction of these pages has no challenge. It says what it is for, so that no step of one story
counts in another: a code for a new password confirms no sign-up.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import refused_page, within
from harness.emulator.managed_login.authorize_query import checked_query
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.steps import NOTICE
from harness.emulator.managed_login.transactions import (
    begin_transaction,
    current_transaction,
    start_again,
    with_transaction,
)
from harness.emulator.managed_login.versions import why_no_pages
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = [
    "RECOVERY",
    "SIGN_UP",
    "begun",
    "checked",
    "show_sign_in",
    "under_way",
]

#: What a transaction is for, in ``parameters``.
_PURPOSE = "Purpose"
SIGN_UP, RECOVERY = "sign_up", "recovery"


def checked(visit: Visit) -> AuthorizeRequest | HttpAnswer:
    """Return the request of the app, or the response if these pages are not there for it (H042)."""
    asked = checked_query(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    refusal = why_no_pages(visit, asked.client_id)
    if refusal is not None:
        return refused_page(visit, refusal)
    return asked


def begun(
    visit: Visit,
    asked: AuthorizeRequest,
    path: str,
    username: str,
    purpose: str,
    parameters: Mapping[str, str],
) -> HttpAnswer:
    """Begin a transaction in the place of the browser's last one, and redirect to its next page.

    Args:
        visit: the request.
        asked: what the person is here for.
        path: the path of the next page.
        username: the name that was typed.
        purpose: ``SIGN_UP`` or ``RECOVERY``.
        parameters: what the next page shows, and what later steps must know.
    """
    transaction = begin_transaction(visit, asked)
    transaction.username = username
    transaction.parameters = {_PURPOSE: purpose, **parameters}
    return with_transaction(visit, within(visit, path), transaction)


def under_way(visit: Visit, purpose: str) -> LoginTransaction | HttpAnswer:
    """Return the transaction of the browser, if it has this purpose.

    Otherwise return the response: that of `checked`, or the way to the login page (H039).
    """
    asked = checked(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    transaction = current_transaction(visit)
    if transaction is None or transaction.parameters.get(_PURPOSE) != purpose:
        return start_again(visit)
    return transaction


def show_sign_in(
    visit: Visit, asked: AuthorizeRequest, *, message: str = "", notice: str = ""
) -> HttpAnswer:
    """Redirect to the login page, which says once what happened, and has the name already."""
    before = current_transaction(visit)
    transaction = begin_transaction(visit, asked)
    transaction.username = before.username if before is not None else ""
    transaction.message = message
    transaction.parameters = {NOTICE: notice}
    return with_transaction(visit, within(visit, "/login"), transaction)

"""The sign-in under way in a browser, by its cookie ``page-data``."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import within
from harness.emulator.managed_login.cookies import TRANSACTION, with_cookie
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import login_pages
from harness.emulator.stores.login_transactions import LIFETIME_SECONDS, LoginTransaction

__all__ = [
    "OVER",
    "OVER_MARK",
    "begin_transaction",
    "current_transaction",
    "start_again",
    "with_transaction",
]

#: What the login page says of a sign-in that took longer than five minutes (H039).
OVER = "Something went wrong"
#: The cookie of a browser whose sign-in was lost, until the login page has said so.
OVER_MARK = "over"


def begin_transaction(visit: Visit, asked: AuthorizeRequest) -> LoginTransaction:
    """Begin a sign-in, a sign-up or a recovery.

    `with_transaction` gives the cookie to the browser. A text that the browser had before counts no
    longer: nobody can have put it there for the steps to come.
    """
    transactions = visit.engine.login_transactions
    transactions.end(visit.request.cookie(TRANSACTION))
    return transactions.begin(visit.pool.pool_id, asked, visit.now)[1]


def with_transaction(visit: Visit, answer: HttpAnswer, begun: LoginTransaction) -> HttpAnswer:
    """Return a response with the cookie of a transaction that has just begun (H052)."""
    return with_cookie(visit, answer, TRANSACTION, begun.text)


def current_transaction(visit: Visit) -> LoginTransaction | None:
    """Return the transaction of this browser, of this pool and of the request in the address.

    A second tab with a request of another app begins its own; the first one must not go on with it.
    """
    text, pool_id = visit.request.cookie(TRANSACTION), visit.pool.pool_id
    found = visit.engine.login_transactions.find(text, pool_id, visit.now)
    return found if found and found.authorize.query == visit.request.query else None


def start_again(visit: Visit) -> HttpAnswer:
    """Redirect to the login page, which says that the sign-in was lost or took too long (H039)."""
    again = with_cookie(visit, within(visit, "/login"), TRANSACTION, OVER_MARK)
    return replace(again, refused=login_pages.sign_in_over().because(_why_over(visit)))


def _why_over(visit: Visit) -> str:
    text, pool_id = visit.request.cookie(TRANSACTION), visit.pool.pool_id
    if not text:
        return "no sign-in is under way in this browser: it sent no cookie page-data"
    if visit.engine.login_transactions.find(text, pool_id, visit.now):
        return "the sign-in under way in this browser has another query in its address"
    return f"the sign-in took more than {LIFETIME_SECONDS} s, or was ended"

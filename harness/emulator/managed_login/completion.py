"""The end of a sign-in on the pages: the browser session, and the code for the app."""

from __future__ import annotations

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.users import User
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import to_app
from harness.emulator.managed_login.cookies import TRANSACTION, with_session, without_cookie
from harness.emulator.managed_login.request import Visit
from harness.emulator.stores.browser_sessions import BrowserSession
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["give_to_app", "sign_in_completed"]


def sign_in_completed(visit: Visit, transaction: LoginTransaction, user: User) -> HttpAnswer:
    """Open the browser session of a user, and send them to the app (H021, H049).

    Call this for a user who has proven everything, as the engine says.
    """
    engine = visit.engine
    engine.login_transactions.end(transaction.text)
    text, session = engine.browser_sessions.open(visit.pool.pool_id, user, visit.now)
    answer = give_to_app(visit, transaction.authorize, session)
    return with_session(visit, without_cookie(visit, answer, TRANSACTION), text)


def give_to_app(visit: Visit, asked: AuthorizeRequest, session: BrowserSession) -> HttpAnswer:
    """Redirect to the app with a code of a browser session (H020, H021)."""
    code = visit.engine.authorization_codes.issue(
        visit.pool.pool_id, session.user, asked, session.auth_time, visit.now
    )
    return to_app(visit, asked, {"code": code})

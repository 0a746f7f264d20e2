"""The end of a sign-in on the pages: the browser session, and the code for the app."""

from __future__ import annotations

from harness.emulator.api.request import Request, under_way
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.users import User
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import to_app
from harness.emulator.managed_login.authorize_query import tell_app
from harness.emulator.managed_login.cookies import (
    SESSION,
    TRANSACTION,
    with_session,
    without_cookie,
)
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal, oauth
from harness.emulator.rules.oauth_tokens import implicit_tokens, issue_code
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["give_to_app", "sign_in_completed"]


def sign_in_completed(visit: Visit, transaction: LoginTransaction, user: User) -> HttpAnswer:
    """Open the browser session of a user, and send them to the app (H021, H049).

    Call this for a user who has proven everything, as the engine says. If PreTokenGeneration stops
    the tokens, the browser gets no session; what Cognito does is unknown.
    """
    engine, asked = visit.engine, transaction.authorize
    engine.login_transactions.end(transaction.text)
    answer = without_cookie(visit, give_to_app(visit, asked, user, int(visit.now)), TRANSACTION)
    if answer.refused is not None:
        return answer
    # Another session of this browser ends: nobody signs in for somebody else (H050).
    engine.browser_sessions.end(visit.request.cookie(SESSION))
    opened = engine.browser_sessions.open(visit.pool.pool_id, user, visit.now)
    return with_session(visit, answer, opened)


def give_to_app(visit: Visit, asked: AuthorizeRequest, user: User, auth_time: int) -> HttpAnswer:
    """Redirect to the app with a code, or with tokens in the implicit flow (H020 to H022).

    Args:
        visit: the request.
        asked: the request of the app.
        user: who is signed in.
        auth_time: epoch seconds of the sign-in with a password, also for a sign-in by cookie
            (H085b, unknown).
    """
    engine, client = visit.engine, visit.engine.client_of(visit.pool, asked.client_id)
    issue = implicit_tokens if asked.response_type == "token" else issue_code
    request = Request("Authorize", {"ClientId": client.client_id}, visit.caller)
    try:
        with under_way(request), visit.pool.lock:
            issued = issue(engine, client, user, asked, auth_time)
    except Refusal as refused:
        return tell_app(visit, asked, oauth.stopped_by_trigger(refused))
    if isinstance(issued, str):
        return to_app(visit, asked, {"code": issued})
    return to_app(visit, asked, issued, fragment=True)

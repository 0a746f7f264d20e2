"""``/oauth2/authorize``: to the login page, or at once to the app (H020, H034, H035)."""

from __future__ import annotations

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.users import CONFIRMED
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import refused_page, within
from harness.emulator.managed_login.authorize_query import checked_query, tell_app
from harness.emulator.managed_login.completion import give_to_app
from harness.emulator.managed_login.cookies import SESSION, with_csrf_state
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.versions import (
    has_local_users,
    is_unstyled,
    is_version_two,
)
from harness.emulator.refusals import login_pages
from harness.emulator.stores.browser_sessions import BrowserSession

__all__ = ["authorize"]


def authorize(visit: Visit) -> HttpAnswer:
    """Answer ``GET /oauth2/authorize``."""
    return with_csrf_state(visit, _authorize(visit))


def _authorize(visit: Visit) -> HttpAnswer:
    asked = checked_query(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    if is_unstyled(visit, asked.client_id):
        return refused_page(visit, login_pages.login_pages_unavailable())
    # The classic pages know no prompt (H034).
    prompt = asked.prompt if is_version_two(visit) else ()
    session = _session(visit, asked)
    if session is not None and "login" not in prompt:
        return give_to_app(visit, asked, session.user, session.auth_time)
    if "none" in prompt:
        reason = "the browser has no session of this pool, or it is over"
        return tell_app(visit, asked, login_pages.login_required().because(reason))
    return within(visit, "/login")


def _session(visit: Visit, asked: AuthorizeRequest) -> BrowserSession | None:
    """Return the session of this browser, for all app clients with the pool's own users (H050)."""
    text, pool = visit.request.cookie(SESSION), visit.pool
    found = visit.engine.browser_sessions.find(text, pool.pool_id, visit.now)
    if found is None or not has_local_users(visit, asked.client_id):
        return None
    user = found.user
    stands = user in pool.users and user.enabled and user.status == CONFIRMED
    return found if stands else None

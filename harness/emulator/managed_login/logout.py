"""``/logout``: end the browser session, and go to the app or to the login page (H096, H097)."""

from __future__ import annotations

from urllib.parse import urlencode

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import off_domain, to_error_page, within
from harness.emulator.managed_login.cookies import SESSION, TRANSACTION, without_cookie
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.versions import is_version_two
from harness.emulator.refusals import login_pages

__all__ = ["logout"]

#: Which parameters go along to the login page.
_KEPT = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce")


def logout(visit: Visit) -> HttpAnswer:
    """Answer ``GET /logout``; the session ends, whatever the address asks for (H051).

    Another app of this machine may have set a cookie of the same name, which must not hide it.
    """
    engine, request = visit.engine, visit.request
    for text in request.cookies(SESSION):
        engine.browser_sessions.end(text)
    for text in request.cookies(TRANSACTION):
        engine.login_transactions.end(text)
    answer = without_cookie(visit, _where_to(visit), SESSION)
    return without_cookie(visit, answer, TRANSACTION)


def _where_to(visit: Visit) -> HttpAnswer:
    given = visit.request.parameters
    client_id = given.get("client_id")
    if not client_id:
        if is_version_two(visit) and "logout_uri" not in given:
            # Parameters of OpenID Connect, which Cognito does not know (H098).
            return within(visit, "/login")
        return to_error_page(visit, login_pages.parameter_not_present("client_id"))
    client = visit.pool.clients.get(client_id)
    if client is None:
        return to_error_page(visit, login_pages.login_client_unknown())
    uri = given.get("logout_uri")
    if uri is not None and uri in (client.settings.get("LogoutURLs") or ()):
        return off_domain(visit, client_id, "LogoutURLs", uri)
    if uri is None and "redirect_uri" in given:
        kept = {name: given[name] for name in _KEPT if name in given}
        return within(visit, "/login", urlencode(kept))
    missing = login_pages.parameter_not_present("redirect_uri")
    reason = "logout_uri is not one of LogoutURLs" if uri else "there is no logout_uri"
    return to_error_page(visit, missing.because(reason))

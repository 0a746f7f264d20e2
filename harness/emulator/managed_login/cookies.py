"""The cookies of a domain: the browser session, the sign-in under way, and the CSRF token.

Their Path is that of the domain, so that domains below one server do not mix; what they say is on
the server, bound to a pool. Cookies know no ports: a second emulator on the same address sends and
gets them too, and knows none of their values (H119).
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from urllib.parse import urlsplit

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.request import Visit
from harness.emulator.stores.browser_sessions import LIFETIME_SECONDS

__all__ = [
    "CSRF",
    "SESSION",
    "TRANSACTION",
    "csrf_matches",
    "with_cookie",
    "with_csrf",
    "with_csrf_state",
    "with_session",
    "without_cookie",
]

#: The browser session (H049), the sign-in under way (H052), and the CSRF token (H047).
SESSION, TRANSACTION, CSRF = "cognito", "page-data", "XSRF-TOKEN"


def with_cookie(
    visit: Visit, answer: HttpAnswer, name: str, value: str, *, first: str = "", age: str = ""
) -> HttpAnswer:
    """Return a response with one more cookie (H048, H049).

    Args:
        visit: the request.
        answer: the response.
        name: the name of the cookie.
        value: its value.
        first: attributes before Path.
        age: Max-Age, if the cookie outlives the browser or ends at once.
    """
    parts = [f"{name}={value}", *([first] if first else [])]
    parts += [f"Max-Age={age}"] if age else []
    parts += [f"Path={visit.request.cookie_path}"]
    parts += ["Secure"] if visit.request.secure else []
    return _added(answer, "; ".join([*parts, "HttpOnly", "SameSite=Lax"]))


def without_cookie(visit: Visit, answer: HttpAnswer, name: str) -> HttpAnswer:
    """Return a response that deletes a cookie."""
    return with_cookie(visit, answer, name, "", age="0")


def with_session(visit: Visit, answer: HttpAnswer, text: str) -> HttpAnswer:
    """Return a response with the cookie of a browser session (H049).

    Domain is there only where the host is the domain's own: other hosts have other pages too.
    """
    host = urlsplit(visit.request.base).hostname or ""
    is_own = visit.request.cookie_path == "/" and not host.endswith(".localhost")
    first = f"Version=1; Domain={host}" if is_own else "Version=1"
    return with_cookie(visit, answer, SESSION, text, first=first, age=str(LIFETIME_SECONDS))


def with_csrf(visit: Visit, answer: HttpAnswer, token: str) -> HttpAnswer:
    """Return a response with the cookie of a CSRF token (H047, H048)."""
    return with_cookie(visit, answer, CSRF, token)


def with_csrf_state(visit: Visit, answer: HttpAnswer) -> HttpAnswer:
    """Return a response with the two empty cookies of authorize and login (H048)."""
    secure = "; Secure" if visit.request.secure else ""
    path = f"Path={visit.request.cookie_path}{secure}; HttpOnly"
    for cookie in (f'csrf-state=""; {path}; SameSite=None', f'csrf-state-legacy=""; {path}'):
        answer = _added(answer, cookie)
    return answer


def csrf_matches(visit: Visit) -> bool:
    """Return whether ``_csrf`` of a form is the value of the cookie XSRF-TOKEN (H047)."""
    cookie, field = visit.request.cookie(CSRF), visit.request.form.get("_csrf")
    if not cookie or not field:
        return False
    return hmac.compare_digest(cookie.encode(), field.encode("utf-8", "replace"))


def _added(answer: HttpAnswer, cookie: str) -> HttpAnswer:
    return replace(answer, cookies=(*answer.cookies, cookie))

"""Render the pages of managed login: Jinja templates that escape every value, one style, no script.

A page is one document: its style sheet is inside, and the Content-Security-Policy names the hash of
it. Nothing else is loaded, and nothing runs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.clock import SystemClock
from harness.emulator.domain.totp import STEP_SECONDS
from harness.emulator.http.sources import AllowedSources, is_loopback
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.versions import is_version_two

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["document", "page_headers"]

#: Characters that HTML must not have; a query or a username can have them.
#: https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)} - {9, 10, 13}, "\ufffd")

#: What base.html and the macros read, where a page gives nothing.
_DEFAULTS: Mapping[str, object] = {
    "message": "",
    "wrong": "",
    "notice": "",
    "typed": {},
    "hint": "",
}


def document(visit: Visit, template: str, csrf: str, values: Mapping[str, object]) -> bytes:
    """Return a page as HTML.

    Every template knows the values that it is given, and besides:

    - ``message``: what went wrong; it becomes an alert, and part of the title.
    - ``wrong``: the name of the field that ``message`` is about; it gets the focus.
    - ``notice``: what went well, or what happens next.
    - ``hint``: what to do about the message of the error page.
    - ``typed``: what the fields show, by their names. Never a password or a code.
    - ``address(path)``: the address of another page of this domain, with the same query.
    - ``outbox``: the address of the emulator's messages; empty unless the browser is on the
      emulator's own machine.
    - ``clock_is_off``: whether an authenticator app is in another TOTP time step, since the
      emulator's clock was moved.
    - ``other_language``: whether the app has asked for another language than English.

    Args:
        visit: the request.
        template: the name of the template.
        csrf: the value of the field ``_csrf``, and of the cookie XSRF-TOKEN (H047).
        values: what the template shows.
    """
    html = (
        _environment()
        .get_template(template)
        .render(
            **{**_DEFAULTS, **values},
            csrf=csrf,
            address=lambda path: _address(visit, path),
            outbox=_outbox(visit),
            clock_is_off=abs(visit.now - SystemClock().time()) >= STEP_SECONDS,
            other_language=_is_other_language(visit),
            style=_style(),
        )
    )
    return html.translate(_CONTROLS).encode("utf-8", "replace")


def page_headers() -> dict[str, str]:
    """Return the headers of a page, which allow its own style, pictures within it, and no frame.

    There is no ``form-action``: Chromium would hold back the redirect to the app that follows a
    form (H118). Browsers send the Origin ``null`` with a form of a page with ``no-referrer``, and
    the emulator looks at Origin; ``same-origin`` tells other sites as little.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    policy = (
        "default-src 'none'",
        f"style-src '{_digest(_style())}'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Type": "text/html;charset=UTF-8",
        "Content-Security-Policy": "; ".join(policy),
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Content-Language": "en",
    }


def _address(visit: Visit, path: str) -> str:
    """Return the address of a page without its host, as the forms of H044 have it."""
    query = f"?{visit.request.query}" if visit.request.query else ""
    return f"{urlsplit(visit.request.base).path}{path}{query}"


def _outbox(visit: Visit) -> str:
    """Return the address of the control page's messages, for a browser on the same machine only.

    Who may not open the control page shall not learn of it either.
    """
    server, request = visit.engine.public_url, visit.request
    is_here = AllowedSources().accepts_host(request.headers.get("host", ""))
    if server is None or not is_here or not is_loopback(request.source_ip):
        return ""
    return f"{server}/_harness/messages?pool={visit.pool.pool_id}"


def _is_other_language(visit: Visit) -> bool:
    """Return whether Cognito's pages would be in another language; version 1 has none (H039)."""
    return is_version_two(visit) and visit.request.parameters.get("lang", "en") != "en"


@cache
def _environment() -> Environment:
    # A server that nobody visits with a browser starts without it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (files(__package__) / "pages.css").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    # https://www.w3.org/TR/CSP3/#grammardef-hash-source
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

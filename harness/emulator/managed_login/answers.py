"""The responses of a domain: pages, errors, redirects, and the only redirect off the domain."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.cookies import with_csrf
from harness.emulator.managed_login.error_hints import HINTS
from harness.emulator.managed_login.rendering import document, page_headers
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal
from harness.emulator.refusals.login_pages import redirect_mismatch

__all__ = [
    "common_headers",
    "error",
    "error_page",
    "off_domain",
    "page",
    "refused_page",
    "to_app",
    "to_error_page",
    "within",
]

#: What a Location may have as it is: everything that is no space, no control and ASCII (RFC 3986).
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))


def common_headers() -> dict[str, str]:
    """Return the headers of every response of a domain (H053)."""
    return {
        "x-amz-cognito-request-id": str(uuid.uuid4()),
        "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
        "Pragma": "no-cache",
        "Expires": "0",
        "X-Content-Type-Options": "nosniff",
        "X-XSS-Protection": "1; mode=block",
        "Strict-Transport-Security": "max-age=31536000 ; includeSubDomains",
        "Server": "Server",
    }


def page(visit: Visit, template: str, status: int = 200, **values: object) -> HttpAnswer:
    """Return a page, with a new CSRF token in its forms and in its cookie (H040, H047).

    Args:
        visit: the request.
        template: the name of the template, such as ``login.html``.
        status: the HTTP status.
        **values: what the template shows.
    """
    token = visit.engine.random.uuid()
    body = document(visit, template, token, values)
    answer = HttpAnswer(status, body, {**common_headers(), **page_headers()})
    return with_csrf(visit, answer, token)


def error(visit: Visit) -> HttpAnswer:
    """Answer ``GET /error``: the page of requests that cannot be told to any app (H024 to H026)."""
    reason = visit.request.parameters.get("error", "")
    return error_page(visit, reason if reason in HINTS else "")


def error_page(visit: Visit, text: str, status: int = 400) -> HttpAnswer:
    """Return the error page with a reason and what to do, without a link back (H024, H025)."""
    return page(visit, "error.html", status, message=text, hint=HINTS.get(text, ""))


def refused_page(visit: Visit, refusal: Refusal) -> HttpAnswer:
    """Return the error page of a refusal, which the call log shows with its reason."""
    return replace(error_page(visit, refusal.message, refusal.status), refused=refusal)


def to_error_page(visit: Visit, refusal: Refusal, **parameters: str) -> HttpAnswer:
    """Redirect to the error page of the domain, as ``/oauth2/authorize`` does (H024, H026).

    Args:
        visit: the request.
        refusal: what is wrong; its text becomes the parameter ``error``.
        **parameters: other parameters.
    """
    query = urlencode({"error": refusal.message, **parameters})
    return replace(_redirect(visit, f"{visit.request.base}/error?{query}"), refused=refusal)


def within(visit: Visit, path: str, query: str | None = None) -> HttpAnswer:
    """Redirect to another page of the domain.

    Args:
        visit: the request.
        path: the path below the domain.
        query: the query; by default the same as that of the request.
    """
    query = visit.request.query if query is None else query
    return _redirect(visit, f"{visit.request.base}{path}{f'?{query}' if query else ''}")


def to_app(
    visit: Visit,
    authorize: AuthorizeRequest,
    parameters: Mapping[str, str],
    *,
    fragment: bool = False,
) -> HttpAnswer:
    """Redirect to the app, with ``state`` if it sent one (H021 to H024, H033).

    Args:
        visit: the request.
        authorize: whose redirect_uri is looked up among the CallbackURLs once more.
        parameters: what the app gets, before ``state``.
        fragment: whether they are in the fragment, as in the implicit flow (H022).
    """
    state = {} if authorize.state is None else {"state": authorize.state}
    given = urlencode({**parameters, **state})
    uri = authorize.redirect_uri
    joined = "#" if fragment else "&" if "?" in uri else "?"
    return off_domain(visit, authorize.client_id, "CallbackURLs", uri, f"{joined}{given}")


def off_domain(visit: Visit, client_id: str, member: str, uri: str, more: str = "") -> HttpAnswer:
    """Redirect to a registered address: the only function that redirects off the domain.

    Args:
        visit: the request.
        client_id: the app client.
        member: CallbackURLs or LogoutURLs, where the address must be, as a whole string (H023).
        uri: the address.
        more: a query or a fragment to add.
    """
    client = visit.pool.clients.get(client_id)
    registered = client.settings.get(member) if client else None
    if uri not in (registered or ()):
        return to_error_page(visit, redirect_mismatch(), client_id=client_id)
    return _redirect(visit, f"{uri}{more}")


def _redirect(visit: Visit, location: str) -> HttpAnswer:
    # A header ends with its line, whatever an address or a query has in it.
    address = quote(location, safe=_AS_IT_IS)
    answer = HttpAnswer(302, b"", {**common_headers(), "Location": address})
    return with_csrf(visit, answer, visit.engine.random.uuid())

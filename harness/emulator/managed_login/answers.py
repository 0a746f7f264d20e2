"""The responses of a domain: pages, errors, cookies, and the only redirect off the domain."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.request import Visit

__all__ = ["common_headers", "error_page", "page", "to_app", "within"]


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
    """Return a page.

    Args:
        visit: the request.
        template: the name of the template, such as ``login.html``.
        status: the HTTP status.
        **values: what the template shows.
    """
    raise NotImplementedError


def error_page(visit: Visit, text: str, status: int = 400) -> HttpAnswer:
    """Return the error page with a reason, and without a link back (H024, H025)."""
    raise NotImplementedError


def within(visit: Visit, path: str) -> HttpAnswer:
    """Redirect to another page of the domain, with the same query."""
    query = f"?{visit.request.query}" if visit.request.query else ""
    return HttpAnswer(
        302, b"", {**common_headers(), "Location": f"{visit.request.base}{path}{query}"}
    )


def to_app(
    visit: Visit,
    authorize: AuthorizeRequest,
    parameters: Mapping[str, str],
    *,
    fragment: bool = False,
) -> HttpAnswer:
    """Redirect to the app: the only function that redirects off the domain (H021 to H024).

    Args:
        visit: the request.
        authorize: whose redirect_uri is looked up among the CallbackURLs once more.
        parameters: what the app gets, before ``state``.
        fragment: whether they are in the fragment, as in the implicit flow (H022).
    """
    raise NotImplementedError(urlencode(parameters), authorize, fragment, visit)

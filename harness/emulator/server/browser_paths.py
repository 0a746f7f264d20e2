"""Answer the addresses that people open in a browser, and those of managed login without a domain.

moto would take them for names of S3 buckets. Signed requests and presigned URLs are S3's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness.emulator.control import surface
from harness.emulator.http.discovery import ENDPOINTS
from harness.emulator.http.wire import HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.server.messages import HttpRequest

__all__ = ["answer"]

#: https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-endpoints.html
_MANAGED_LOGIN = re.compile(
    r"/(login|logout|signup|confirm|confirmUser|resendcode|forgotPassword|confirm[fF]orgotPassword"
    r"|changePassword|error|lang)/?"
    r"|/(oauth2|saml2|login|passkeys)/.*",
    re.DOTALL,
)
#: What the OpenID configuration of a pool without a domain names.
_OF_POOL = re.compile(rf"/[\w-]+_[0-9a-zA-Z]+/({'|'.join(ENDPOINTS.values())})")
_SIGNED_QUERY = re.compile(r"(^|&)(X-Amz-Signature|Signature)=", re.IGNORECASE)


def answer(request: HttpRequest) -> HttpAnswer | None:
    """Return the response for an address of a browser; ``None`` for all others."""
    path, query, _ = request.address()
    if _is_signed(request, query):
        return None
    if path == "/" and not query and _is_opened_by_browser(request):
        headers = {"Location": surface.PREFIX, "Cache-Control": "no-store"}
        return HttpAnswer(302, b"", headers)
    is_one = _MANAGED_LOGIN.fullmatch(path) or _OF_POOL.fullmatch(path)
    return _no_managed_login(request.method, path) if is_one else None


def _is_signed(request: HttpRequest, query: str) -> bool:
    signed = request.header("authorization").startswith("AWS")
    return signed or "x-amz-target" in request.headers or bool(_SIGNED_QUERY.search(query))


def _is_opened_by_browser(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD") and "text/html" in request.header("accept")


def _no_managed_login(method: str, path: str) -> HttpAnswer:
    """Return a line that every page may read: it says nothing about what is in the emulator."""
    shown = "".join(char if char.isprintable() and char.isascii() else "?" for char in path[:100])
    text = (
        f"{method} {shown}: managed login and its OAuth endpoints are below the domain of a pool: "
        f"/_domain/NAME{'' if _OF_POOL.fullmatch(path) else shown}; CreateUserPoolDomain gives a "
        "pool its domain\n"
    )
    headers = {"Content-Type": "text/plain; charset=utf-8", "Access-Control-Allow-Origin": "*"}
    return HttpAnswer(404, text.encode(), {**headers, "X-Content-Type-Options": "nosniff"})

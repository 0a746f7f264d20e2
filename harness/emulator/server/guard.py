"""Keep web pages of other origins away from everything but Cognito's public operations.

On AWS a signature protects signed operations from such pages. The emulator accepts any signature,
so that it looks at what a page cannot change: its Origin, and the name in Host.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.emulator.api.service_model import is_unsigned, service_model
from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer

if TYPE_CHECKING:
    from harness.emulator.http.sources import AllowedSources
    from harness.emulator.server.messages import HttpRequest

__all__ = ["Guard", "public_targets"]

_CODE = "ForbiddenException"
#: What a browser says about requests from pages of other origins, also where it sends no Origin.
#: https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})
_LONGEST_SHOWN = 100


@functools.cache
def public_targets() -> frozenset[str]:
    """Return X-Amz-Target of the operations that pages of every origin may call (A300, A301)."""
    names = service_model().operation_names
    return frozenset(f"{TARGET_PREFIX}{name}" for name in names if is_unsigned(name))


class Guard:
    """Refuses what neither a program nor a trusted page sends.

    Args:
        sources: the hosts and origins that are trusted.
    """

    def __init__(self, sources: AllowedSources) -> None:
        self._sources = sources

    def refusal(self, request: HttpRequest) -> HttpAnswer | None:
        """Return the refusal of a request; ``None`` if it may go on."""
        problem = self._problem(request)
        return None if problem is None else _refused(request, problem)

    def host_refusal(self, request: HttpRequest) -> HttpAnswer | None:
        """Return the refusal of a request to a name that is not this server's.

        A page whose own name leads here would otherwise have one origin with the emulator, and
        read its pages. Where the request comes from plays no part.
        """
        problem = self._host_problem(request)
        return None if problem is None else _refused(request, problem)

    def _problem(self, request: HttpRequest) -> str | None:
        problem = self._host_problem(request)
        if problem is not None:
            return problem
        foreign = self._foreign_page(request.headers)
        return (
            foreign and f"{foreign}; a page must be of this machine, or allowed by --allow-origin"
        )

    def _host_problem(self, request: HttpRequest) -> str | None:
        for host in (request.header("host"), request.address()[2]):
            if not self._sources.accepts_host(host, request.own):
                return (
                    f"Host is {_shown(host)}; it must be localhost, an address of this server, or "
                    "allowed by --allow-host"
                )
        return None

    def _foreign_page(self, headers: dict[str, str]) -> str | None:
        """Return how the request shows that a page sent it that is not trusted.

        Browsers leave Origin out of some GET requests, such as those for images.
        """
        if "origin" in headers:
            origin = headers["origin"]
            return None if self._sources.accepts_origin(origin) else f"Origin is {_shown(origin)}"
        if "referer" in headers:
            origin = _origin_of(headers["referer"])
            return None if self._sources.accepts_origin(origin) else f"Referer is {_shown(origin)}"
        site = headers.get("sec-fetch-site", "")
        return f"Sec-Fetch-Site is {site}" if site in _FROM_ELSEWHERE else None


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.netloc}"


def _shown(text: str) -> str:
    return repr(text[:_LONGEST_SHOWN])


def _refused(request: HttpRequest, problem: str) -> HttpAnswer:
    """Return the response in the format of the client's protocol, without CORS headers.

    The XML is that of the query protocol, which clients of S3 understand too:
    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
    """
    headers = {**PRIVATE_HEADERS, "x-amzn-ErrorType": _CODE}
    if "x-amz-target" in request.headers or "json" in request.header("content-type"):
        body = json.dumps({"__type": _CODE, "message": problem})
        return HttpAnswer(403, body.encode(), {"Content-Type": "application/json", **headers})
    # Python's XML package is imported with the first refusal of this kind.
    from xml.sax.saxutils import escape

    error = f"<Error><Code>{_CODE}</Code><Message>{escape(problem)}</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>"
    return HttpAnswer(403, body.encode(), {"Content-Type": "text/xml", **headers})

"""Give ``requests`` the cookies of a domain under moto's mock.

moto's responses have one header of each name, and hide it from the cookie jar of a session:
https://github.com/getmoto/moto/blob/master/moto/core/custom_responses_mock.py
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import moto.core.models
from moto.core.custom_responses_mock import CallbackResponse
from urllib3 import HTTPHeaderDict, HTTPResponse

if TYPE_CHECKING:
    from requests import PreparedRequest

__all__ = ["CookieHeaders", "keep_cookies"]


class CookieHeaders(dict[str, str]):
    """The headers of a response.

    Args:
        headers: those that there is one of.
        cookies: the values of Set-Cookie; as a dictionary the headers have them in one line.
    """

    def __init__(self, headers: Mapping[str, str], cookies: tuple[str, ...]) -> None:
        super().__init__(headers)
        self.cookies = cookies
        if cookies:
            self["Set-Cookie"] = ", ".join(cookies)

    def as_sent(self) -> HTTPHeaderDict:
        """Return the headers with a line for each cookie."""
        lines = HTTPHeaderDict({name: self[name] for name in self if name != "Set-Cookie"})
        for cookie in self.cookies:
            lines.add("Set-Cookie", cookie)
        return lines


class _DomainResponse(CallbackResponse):
    """A response that keeps each cookie, where a session of ``requests`` looks for it."""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """Return the response."""
        status, headers, body = self.callback(request)
        is_ours = isinstance(headers, CookieHeaders)
        lines = headers.as_sent() if is_ours else HTTPHeaderDict(headers)
        content = body.encode() if isinstance(body, str) else body
        return HTTPResponse(
            body=BytesIO(content),
            headers=lines,
            status=status,
            preload_content=False,
            # ``requests`` reads cookies from here, as from a message of `http.client`.
            original_response=HTTPResponse(BytesIO(), msg=lines, preload_content=False),  # type: ignore[arg-type]
            request_method=request.method,
        )


def keep_cookies(domain: re.Pattern[str] | None) -> None:
    """Have moto's mock, when it starts, make such responses for the addresses of domains.

    Args:
        domain: the addresses; ``None`` to have moto make its own again.
    """

    def make(**how: Any) -> CallbackResponse:
        return (_DomainResponse if how["url"] is domain else CallbackResponse)(**how)

    made: Any = CallbackResponse if domain is None else make
    moto.core.models.CallbackResponse = made  # type: ignore[attr-defined]

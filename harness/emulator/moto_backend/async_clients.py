"""Responses that synchronous and asynchronous clients can read.

aiobotocore awaits the content of a response, but botocore's own class has it as bytes. In process,
neither moto nor the emulator can tell which client sent a request, so the content is both.
https://github.com/aio-libs/aiobotocore/blob/master/aiobotocore/endpoint.py
"""

from __future__ import annotations

import importlib
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse


class AwaitableBytes(bytes):
    """Bytes that give themselves when they are awaited."""

    def __await__(self) -> Generator[None, None, bytes]:
        """Return the bytes without waiting."""
        yield from ()
        return bytes(self)


class CognitoResponse(AWSResponse):
    """A response whose content can be read and awaited."""

    @property
    def content(self) -> AwaitableBytes:
        """The content of the response."""
        return AwaitableBytes(super().content)


def serve_async_clients(installed: bool) -> None:
    """Let moto's mock answer asynchronous clients of Cognito, or make it as it was.

    The responses of other services stay moto's own, which no asynchronous client can read.
    """
    # moto makes its responses with the class that it finds there. It is imported here, because
    # attached clients need no moto.
    maker: Any = importlib.import_module("moto.core.botocore_stubber")
    maker.AWSResponse = _response if installed else AWSResponse


def _response(url: str, status: int, headers: Any, raw: Any) -> AWSResponse:
    host = urlsplit(url).hostname or ""
    kind = CognitoResponse if host.startswith("cognito-idp.") else AWSResponse
    return kind(url, status, headers, raw)

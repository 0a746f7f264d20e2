"""A minimal HTTP/1.1 connection for the load, so that the client takes little processor time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httptools

#: moto reads the access key, date, region and service; nothing checks the signature.
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
_TARGET = "AWSCognitoIdentityProviderService."


class RefusedError(Exception):
    """A response that is not a success; its text has the status and the body."""

    def __init__(self, operation: str, status: int, body: bytes) -> None:
        super().__init__(f"{operation}: {status} {body[:300]!r}")


class Connection(asyncio.Protocol):
    """One keep-alive connection, reopened if the service closes it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._transport: asyncio.WriteTransport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[None] | None = None
        self._body: list[bytes] = []
        self._status = 0
        self._keep = True

    async def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Send one operation and return its response.

        Raises:
            RefusedError: the response is not a success.
        """
        status, body = await self.send(operation, json.dumps(members).encode())
        if status != 200:
            raise RefusedError(operation, status, body)
        found: dict[str, Any] = json.loads(body or b"{}")
        return found

    async def send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """Send the bytes of one operation and return the status and bytes of the response."""
        return await self._exchange(self._head(operation, len(body)) + body)

    async def control(self, name: str, *, post: bool = False, **members: Any) -> dict[str, Any]:
        """Call the control surface of a served emulator: POST if told or with members, or GET."""
        body = json.dumps(members).encode() if members else b""
        verb = "POST" if members or post else "GET"
        head = (
            f"{verb} /_harness/{name} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        status, answer = await self._exchange(head.encode() + body)
        if status != 200:
            raise RefusedError(name, status, answer)
        found: dict[str, Any] = json.loads(answer)
        return found

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._transport is None or self._transport.is_closing():
            await self._open()
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._answer, self._body = loop.create_future(), []
        self._transport.write(request)
        await self._answer
        if not self._keep:
            self.close()
        return self._status, b"".join(self._body)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport, _ = await loop.create_connection(lambda: self, self._host, self._port)

    def _head(self, operation: str, length: int) -> bytes:
        return (
            f"POST / HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {_TARGET}{operation}\r\n"
            f"Authorization: {_SIGNED}\r\nContent-Length: {length}\r\n\r\n"
        ).encode()

    # --- Called by asyncio and httptools ---------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Pass bytes to the parser."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the waiting call, if there is one."""
        self._transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the service closed the connection"))

    def on_headers_complete(self) -> None:
        """Record the status."""
        self._status = self._parser.get_status_code()
        self._keep = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Give the response to the waiting call."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

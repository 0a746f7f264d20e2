"""A raw connection to a server: bytes out, responses in."""

from __future__ import annotations

import json
import select
import socket
from typing import Any
from urllib.parse import urlparse

from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.server import EmulatorServer

SECONDS = 20
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request"


def post(operation: str, body: Any, **headers: str) -> bytes:
    """Return a Cognito request as bytes; underscores in header names become dashes."""
    return raw_post(operation, json.dumps(body).encode(), **headers)


def raw_post(operation: str, raw: bytes, **headers: str) -> bytes:
    """Return a Cognito request whose body is these bytes."""
    sent = {
        "Host": "localhost",
        "X-Amz-Target": TARGET_PREFIX + operation,
        "Authorization": SIGNED,
        "Content-Length": str(len(raw)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + raw


class Connection:
    """One connection that reads responses one by one."""

    def __init__(self, server: EmulatorServer | str, receive_bytes: int | None = None) -> None:
        address = urlparse(server if isinstance(server, str) else server.url)
        assert address.hostname is not None
        assert address.port is not None
        self._socket = socket.socket()
        self._socket.settimeout(SECONDS)
        if receive_bytes is not None:  # before connecting, because the peer is told the size
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self._socket.connect((address.hostname, address.port))
        self._input = self._socket.makefile("rb")

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._socket.sendall(data)

    def response(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers with lower-case names, and body of the next response."""
        status = int(self._input.readline().split()[1])
        headers = {}
        while line := self._input.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers, self._input.read(int(headers.get("content-length", 0)))

    def has_response(self) -> bool:
        """Return whether a response has begun to arrive, without waiting for it."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def ends_without_response(self) -> bool:
        """Wait for the next byte, and leave it there; return whether there is none."""
        return not self._input.peek(1)

    def is_closed(self) -> bool:
        """Wait for more bytes; return whether the server closed the connection."""
        return self._input.read(1) == b""

"""Bytes of a connection in, whole requests out; what is no HTTP becomes a request to refuse."""

from __future__ import annotations

import httptools

from harness.emulator import refusals
from harness.emulator.server.messages import HttpRequest

#: Bytes of a request's first line and headers, beyond those that came with its beginning.
LONGEST_HEAD = 262_144

_NO_HTTP = "The request is no HTTP"


class RequestReader:
    """Reads the requests of one connection, one after the other.

    Each is read whole before anybody looks at it. After one that makes no sense nothing more is
    read: where the next would begin is not known (RFC 9112, 2.2 and 11.2).
    """

    def __init__(self, peer: str = "") -> None:
        self._peer = peer
        self._parser = httptools.HttpRequestParser(self)
        self._read: list[HttpRequest] = []
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._in_head = self._in_body = self._broken = False
        self._head_size = 0
        self._asks_first = False

    def feed(self, data: bytes) -> list[HttpRequest]:
        """Take what has come, and return the requests that are whole by it."""
        if self._in_head:
            self._head_size += len(data)
        if not self._broken:
            self._parse(data)
        if self._in_head and self._head_size > LONGEST_HEAD:
            self._break("The headers are too long")
        read, self._read = self._read, []
        return read

    def end(self) -> list[HttpRequest]:
        """Say that no more will come, and return the request that was cut off, if there is one."""
        if self._in_body:
            self._break("The body is shorter than announced")
        elif self._in_head:
            self._break(_NO_HTTP)
        read, self._read = self._read, []
        return read

    def asked_to_go_on(self) -> bool:
        """Whether the client waits for leave to send the body; asked once for each request."""
        asks, self._asks_first = self._asks_first, False
        return asks and self._in_body

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._break(_NO_HTTP)

    def _stay(self, rest: bytes) -> None:
        """Go on with HTTP/1.1: a server may take no notice of Upgrade (RFC 9110, 7.8).

        The parser leaves an upgraded request's body to the other protocol, so it reads the
        request again, as it would have been without the header.
        """
        method, target, headers = self._parser.get_method(), self._target, self._headers
        if method == b"CONNECT":
            self._break("CONNECT is for proxies")
            return
        kept = [f"{name}: {value}" for name, value in headers.items() if name != "upgrade"]
        head = b"%s %s HTTP/1.1\r\n" % (method, target)
        head += "".join(f"{line}\r\n" for line in kept).encode("latin-1")
        self._parser = httptools.HttpRequestParser(self)
        self._parse(head + b"\r\n" + rest)

    def _break(self, text: str) -> None:
        self._broken, self._in_head, self._in_body = True, False, False
        refusal = refusals.serialization(text)
        self._read.append(HttpRequest("", "/", {}, keep_alive=False, refusal=refusal))

    # What follows is called by the parser.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._target, self._headers, self._body = b"", {}, []
        self._in_head, self._head_size = True, 0

    def on_url(self, piece: bytes) -> None:
        """Part of the target."""
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or what follows the last chunk, which is dropped."""
        if not self._in_head:
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers = self._headers
        headers[key] = f"{headers[key]},{text}" if key in headers else text

    def on_headers_complete(self) -> None:
        """The head is there; of all codings of a body only chunks are known."""
        self._in_head, self._in_body = False, True
        if self._headers.get("transfer-encoding", "chunked").strip().lower() != "chunked":
            self._break("Transfer-Encoding is not chunked")
        self._asks_first = self._headers.get("expect", "").lower() == "100-continue"

    def on_body(self, piece: bytes) -> None:
        """Part of the body."""
        self._body.append(piece)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._broken or self._parser.should_upgrade():
            return
        self._in_body = False
        request = HttpRequest(
            self._parser.get_method().decode("latin-1"),
            self._target.decode("latin-1"),
            self._headers,
            b"".join(self._body),
            self._peer,
            self._parser.should_keep_alive(),
        )
        self._read.append(request)

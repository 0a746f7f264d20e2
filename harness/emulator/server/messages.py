"""HTTP messages: requests read from the bytes of a connection, and responses as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import responses as _PHRASES
from urllib.parse import unquote, urlsplit

import httptools

from harness.clock import SystemClock
from harness.emulator import refusals
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.refusals import Refusal

#: Bytes of a request's first line and headers, beyond those that came with its beginning.
LONGEST_HEAD = 262_144

_NO_HTTP = "The request is no HTTP"
_CLOCK = SystemClock()
#: Statuses whose replies have neither a body nor its length (RFC 9110, 8.6).
_BODILESS = frozenset({204, 304})


@dataclass
class HttpRequest:
    """One request, read whole.

    Attributes:
        target: what stood behind the method. headers: by their names in lower case; what was sent
            several times is joined by commas. peer: the address of the other end.
        keep_alive: whether the connection outlives the reply.
        refusal: why the request cannot be read, where it cannot.
    """

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    peer: str = ""
    keep_alive: bool = True
    refusal: Refusal | None = None

    def header(self, name: str) -> str:
        """A header's value; empty where it was not sent."""
        return self.headers.get(name, "")

    def address(self) -> tuple[str, str, str]:
        """Path, query, and the host of a target that is a whole URL, where it is one.

        Raises Refusal for a target that is no URL.
        """
        try:
            url = urlsplit(self.target)
        except ValueError:
            raise Refusal("SerializationException", "The target is no URL") from None
        host = url.netloc if url.scheme else ""
        # A path that begins with two slashes looks like a host.
        path = url.path if url.scheme or not url.netloc else f"/{url.netloc}{url.path}"
        return unquote(path, "latin-1"), url.query, host


@dataclass
class Reply:
    """What goes back: a status, headers in their order, and a body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)

    @classmethod
    def of(cls, answer: HttpAnswer) -> Reply:
        """Carry an answer of the emulator's."""
        return cls(answer.status, list(answer.headers.items()), answer.body)

    def render(self, *, head_only: bool = False, last: bool = False) -> bytes:
        """The bytes of the reply.

        Args:
            head_only: leave the body out, as HEAD has it. last: say that the connection ends here.
        """
        lines = [f"HTTP/1.1 {self.status} {_PHRASES.get(self.status, 'Planned')}"]
        lines += [f"{name}: {value}" for name, value in self._fields(last)]
        head = "\r\n".join([*lines, "\r\n"]).encode("latin-1", "replace")
        return head if head_only or self.status in _BODILESS else head + self.body

    def _fields(self, last: bool) -> Iterable[tuple[str, str]]:
        yield from self.headers
        there = {name.lower() for name, _ in self.headers}
        if "content-length" not in there and self.status not in _BODILESS:
            yield "Content-Length", str(len(self.body))
        if "date" not in there:
            yield "Date", date_header()
        if last:
            yield "Connection", "close"


_shown: tuple[int, str] = (0, "")


def date_header() -> str:
    """The machine's time as the Date header has it, made anew once a second."""
    global _shown
    second = int(_CLOCK.time())
    if _shown[0] != second:
        _shown = (second, formatdate(second, usegmt=True))
    return _shown[1]


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

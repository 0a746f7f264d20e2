"""HTTP messages: read requests from the bytes of a connection, and turn responses into bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httptools

from harness.clock import SystemClock, utc_of
from harness.emulator import refusals
from harness.emulator.control import surface
from harness.emulator.http.compression import body_too_large
from harness.emulator.http.wire import TARGET_PREFIX, HttpAnswer
from harness.emulator.managed_login import routing as managed_login
from harness.emulator.refusals import Refusal
from harness.emulator.server.limits import ServerLimits, head_too_long

if TYPE_CHECKING:
    from harness.emulator.stores.profile_end import ProfileEnd

#: How many bytes the parser gets at a time. A head without end is noticed after one more piece.
_PIECE = 16_384
#: How many bytes of chunk sizes one byte of the body may take; "1 CR LF x CR LF" takes 5.
_MOST_FRAMING = 8
_FOR_COGNITO = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/cognito-idp/aws4_request")
_NOT_HTTP = "The request is not HTTP"
_CLOCK = SystemClock()
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - twelve lines otherwise
#: Statuses without a body and without Content-Length (RFC 9110, 8.6).
_BODILESS = frozenset({204, 304})


@dataclass
class HttpRequest:
    """One complete request.

    Attributes:
        method: the method.
        target: the part of the first line after the method; its query may have a code.
        headers: the headers by their names in lower case; repeated ones are joined with commas.
        body: the body.
        peer: the address of the other end.
        keep_alive: whether the connection stays open after the response.
        refusal: why the request cannot be read; ``None`` if it can.
        own: the address of this end, to which the client connected.
    """

    method: str
    target: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    peer: str = ""
    keep_alive: bool = True
    refusal: Refusal | None = None
    own: str = ""

    def header(self, name: str) -> str:
        """Return a header's value; empty if it was not sent."""
        return self.headers.get(name, "")

    def address(self) -> tuple[str, str, str]:
        """Return path, query and host of the target; the host is empty if it is only a path.

        Raises:
            Refusal: the target is not a URL.
        """
        return _address(self.target)


def _address(target: str) -> tuple[str, str, str]:
    try:
        url = urlsplit(target)
    except ValueError:
        raise Refusal("SerializationException", "The target is not a URL") from None
    host = url.netloc if url.scheme else ""
    # A path that begins with two slashes looks like a host.
    path = url.path if url.scheme or not url.netloc else f"/{url.netloc}{url.path}"
    return unquote(path, "latin-1"), url.query, host


def _is_for_controls(target: str) -> bool:
    """Return whether the path of a target, in any spelling, is one of the control surface."""
    if target == "/":
        return False
    try:
        return _address(target)[0].startswith(surface.PREFIX)
    except Refusal:
        return False


def is_for_cognito(target: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request is a call of Cognito's API, by its headers."""
    if _is_for_controls(target):
        return False
    return headers.get("x-amz-target", "").startswith(TARGET_PREFIX) or bool(
        _FOR_COGNITO.search(headers.get("authorization", ""))
    )


@dataclass
class Reply:
    """An HTTP response: a status, headers in their order, and a body.

    The other attributes are those of `HttpAnswer`.
    """

    status: int
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    delay_seconds: float = 0.0
    broken_off: str = ""
    over: ProfileEnd | None = None

    @classmethod
    def of(cls, answer: HttpAnswer) -> Reply:
        """Return the reply for a response of the emulator."""
        headers = list(answer.headers.items())
        headers += [("Set-Cookie", cookie) for cookie in answer.cookies]
        kept = answer.delay_seconds, answer.broken_off, answer.over
        return cls(answer.status, headers, answer.body, *kept)

    def before_break(self) -> bytes:
        """Return what is sent before the connection breaks off: nothing, or half of the body.

        The head is always whole. Without Content-Length, a client would take an empty body for the
        response (RFC 9112, 6.3).
        """
        if self.broken_off == "before" or not self.body:
            return b""
        return self.render()[: -len(self.body) + len(self.body) // 2]

    def render(self, *, head_only: bool = False, last: bool = False) -> bytes:
        """Return the bytes of the reply.

        Args:
            head_only: whether to leave the body out, as for HEAD.
            last: whether the connection closes after this reply.
        """
        lines = [f"HTTP/1.1 {self.status} {_PHRASES.get(self.status, 'Planned')}"]
        lines += [f"{name}: {value}" for name, value in self._fields(last)]
        head = "\r\n".join([*lines, "\r\n"]).encode("latin-1", "replace")
        return head if head_only or self.status in _BODILESS else head + self.body

    def _fields(self, last: bool) -> Iterable[tuple[str, str]]:
        yield from self.headers
        names = {name.lower() for name, _ in self.headers}
        if "content-length" not in names and self.status not in _BODILESS:
            yield "Content-Length", str(len(self.body))
        if "date" not in names:
            yield "Date", date_header()
        if last:
            yield "Connection", "close"


_last_date: tuple[int, str] = (0, "")


def date_header() -> str:
    """Return the machine's time in the form of the Date header, computed once a second."""
    global _last_date
    second = int(_CLOCK.time())
    if _last_date[0] != second:
        _last_date = (second, _http_date(second))
    return _last_date[1]


def _http_date(second: int) -> str:
    """Return a moment as RFC 9110, 5.6.7 has it, whatever language the process speaks."""
    moment = utc_of(second)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment:%Y %H:%M:%S} GMT"


class _Stop(Exception):
    """Ends the parser in a callback, after the request is rejected."""


class RequestReader:
    """Reads the requests of one connection, one after the other.

    A request is returned once it is complete. After one that is not valid HTTP, or beyond a limit,
    nothing more is read: nothing says where the next one begins (RFC 9112, 2.2 and 11.2).

    Args:
        peer: the address of the other end.
        limits: how long the parts of a request may be.
        own: the address of this end.
    """

    def __init__(
        self, peer: str = "", limits: ServerLimits | None = None, *, own: str = ""
    ) -> None:
        self._peer = peer
        self._own = own
        self._limits = limits or ServerLimits()
        self._parser = httptools.HttpRequestParser(self)
        self._read: list[HttpRequest] = []
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._in_head = self._in_body = self._broken = False
        self._begun = 0
        #: Bytes of the head: those in parsed parts, and those received after its first piece.
        self._head_size = self._head_received = 0
        self._most_body = 0
        self._framing = 0
        self._expects_continue = False

    @property
    def stage(self) -> tuple[int, str]:
        """The number of requests that have begun, and what is awaited: head, body or idle."""
        return self._begun, "head" if self._in_head else "body" if self._in_body else "idle"

    def feed(self, data: bytes) -> list[HttpRequest]:
        """Take received data, and return the requests that it completes."""
        if len(data) <= _PIECE:
            self._take(data)
        else:
            view = memoryview(data)
            for start in range(0, len(data), _PIECE):
                self._take(view[start : start + _PIECE])
        read, self._read = self._read, []
        return read

    def end(self) -> list[HttpRequest]:
        """End the input, and return the request that was cut off, if there is one."""
        if self._in_body:
            self._reject(refusals.serialization("The body is shorter than announced"))
        elif self._in_head:
            self._reject(refusals.serialization(_NOT_HTTP))
        read, self._read = self._read, []
        return read

    def expects_continue(self) -> bool:
        """Return whether the client waits for ``100 Continue``; true only once for each request."""
        expects, self._expects_continue = self._expects_continue, False
        return expects and self._in_body

    def _take(self, data: bytes | memoryview) -> None:
        if self._broken:
            return
        if self._in_head:
            self._head_received += len(data)
        elif self._in_body:
            self._framing += len(data)
        self._parse(data)
        if self._in_head and self._head_received > self._limits.head_bytes:
            self._reject(head_too_long(self._limits.head_bytes))
        elif self._in_body and self._framing > self._most_framing():
            self._reject(body_too_large(self._most_body))

    def _most_framing(self) -> int:
        return self._limits.head_bytes + _MOST_FRAMING * len(self._body)

    def _parse(self, data: bytes | memoryview) -> None:
        rest: bytes | memoryview | None = data
        while rest is not None:
            rest = self._parse_until_upgrade(rest)

    def _parse_until_upgrade(self, data: bytes | memoryview) -> bytes | memoryview | None:
        """Parse data; return what follows the head of a request that offers an upgrade.

        A connection may offer one with each request, so this must not be recursive.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            return rest if self._ignore_upgrade() and len(rest) else None
        except httptools.HttpParserError:
            self._reject(refusals.serialization(_NOT_HTTP))
        return None

    def _ignore_upgrade(self) -> bool:
        """Ignore Upgrade and stay with HTTP/1.1, as a server may (RFC 9110, 7.8).

        The parser does not read the body of an upgraded request, so a new parser reads the request
        again without the header. Returns whether it can.
        """
        method, target, headers = self._parser.get_method(), self._target, self._headers
        if method == b"CONNECT":
            self._reject(refusals.serialization("CONNECT is for proxies"))
        if self._broken:
            return False
        kept = [f"{name}: {value}" for name, value in headers.items() if name != "upgrade"]
        head = b"%s %s HTTP/1.1\r\n" % (method, target)
        head += "".join(f"{line}\r\n" for line in kept).encode("latin-1")
        self._parser = httptools.HttpRequestParser(self)
        try:
            self._parser.feed_data(head + b"\r\n")
        except httptools.HttpParserError:
            self._reject(refusals.serialization(_NOT_HTTP))
        return not self._broken

    def _reject(self, refusal: Refusal) -> None:
        if self._broken:
            return
        self._broken, self._in_head, self._in_body = True, False, False
        self._body.clear()
        self._read.append(HttpRequest("", "/", {}, keep_alive=False, refusal=refusal))

    def _stop(self, refusal: Refusal) -> None:
        self._reject(refusal)
        raise _Stop

    def _body_limit(self, target: str) -> int:
        """Return the most bytes of the body of the request, after its headers."""
        of_domain = target.startswith(managed_login.PREFIX)
        if of_domain or _is_for_controls(target) or is_for_cognito(target, self._headers):
            return self._limits.cognito_body_bytes
        return self._limits.other_body_bytes

    # The parser calls the methods below.

    def on_message_begin(self) -> None:
        """Start a request."""
        self._target, self._headers, self._body = b"", {}, bytearray()
        self._in_head, self._head_size, self._head_received = True, 0, 0
        self._begun += 1

    def on_url(self, piece: bytes) -> None:
        """Add a part of the target."""
        self._target += piece
        self._head_size += len(piece)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; drop a trailer, which follows the last chunk."""
        if not self._in_head:
            return
        # A colon, a space and the end of the line.
        self._head_size += len(name) + len(value) + 4
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers = self._headers
        headers[key] = f"{headers[key]},{text}" if key in headers else text

    def on_headers_complete(self) -> None:
        """Check the headers; chunked is the only Transfer-Encoding that is supported."""
        self._in_head, self._in_body, self._framing = False, True, 0
        headers, limits = self._headers, self._limits
        if self._head_size > limits.head_bytes:
            self._stop(head_too_long(limits.head_bytes))
        if headers.get("transfer-encoding", "chunked").strip().lower() != "chunked":
            self._stop(refusals.serialization("Transfer-Encoding is not chunked"))
        self._most_body = self._body_limit(self._target.decode("latin-1"))
        if int(headers.get("content-length", 0)) > self._most_body:
            self._stop(body_too_large(self._most_body))
        self._expects_continue = headers.get("expect", "").lower() == "100-continue"

    def on_body(self, piece: bytes) -> None:
        """Add a part of the body."""
        self._body += piece
        self._framing -= len(piece)
        if len(self._body) > self._most_body:
            self._stop(body_too_large(self._most_body))

    def on_message_complete(self) -> None:
        """Store the complete request."""
        if self._broken or self._parser.should_upgrade():
            return
        self._in_body = False
        request = HttpRequest(
            self._parser.get_method().decode("latin-1"),
            self._target.decode("latin-1"),
            self._headers,
            bytes(self._body),
            self._peer,
            self._parser.should_keep_alive(),
            own=self._own,
        )
        self._read.append(request)

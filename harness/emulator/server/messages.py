"""Requests as they came, and replies as they go out, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import responses as _PHRASES
from urllib.parse import unquote, urlsplit

from harness.clock import SystemClock
from harness.emulator.http.wire import Answer
from harness.emulator.refusals import Refusal

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
    def of(cls, answer: Answer) -> Reply:
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

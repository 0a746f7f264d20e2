"""A typist who gives the demo prepared answers."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp

from harness.clock import Clock
from harness.emulator.server import EmulatorServer
from tests.cli.demo.pictures import read_png

#: A text to type, or a function that returns it when the demo asks.
Typed = str | Callable[[], str]


class Typist(io.TextIOBase):
    """Replaces ``sys.stdin``; the input ends after the last answer."""

    def __init__(self, answers: Iterable[Typed]) -> None:
        super().__init__()
        self.left = deque(answers)

    # In typeshed, TextIOBase inherits IOBase.readline, which returns bytes.
    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Return the next answer as a line."""
        del size
        if not self.left:
            return ""
        answer = self.left.popleft()
        return (answer if isinstance(answer, str) else answer()) + "\n"

    def isatty(self) -> bool:
        """Say that this is not a terminal."""
        return False


class App:
    """An authenticator app that scanned a picture.

    Args:
        png: the picture; it is scanned again for each code.
        clock: the clock of the phone.
    """

    def __init__(self, png: Path, clock: Clock) -> None:
        self._png = png
        self._clock = clock

    def code(self, step: int) -> Callable[[], str]:
        """Return a function that returns the code of a time step, relative to the current one."""

        def look() -> str:
            secret = parse_qs(urlsplit(read_png(self._png)).query)["secret"][0]
            return pyotp.TOTP(secret).at(int(self._clock.time()) + 30 * step)

        return look


def mail(server: EmulatorServer, username: str) -> Callable[[], str]:
    """Return a function that returns the newest code that was sent to a user."""
    return lambda: server.emulator.outbox.messages(username=username)[0].code

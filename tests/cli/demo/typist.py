"""Somebody who types into the demo what was written down beforehand."""

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

#: Something to type, or what to find it out by when it is asked for.
Typed = str | Callable[[], str]


class Typist(io.TextIOBase):
    """Takes the place of ``sys.stdin``; the input ends with the last answer."""

    def __init__(self, answers: Iterable[Typed]) -> None:
        super().__init__()
        self.left = deque(answers)

    # typeshed lets TextIOBase inherit IOBase.readline, which gives bytes.
    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        """Return the next answer as a line."""
        del size
        if not self.left:
            return ""
        answer = self.left.popleft()
        return (answer if isinstance(answer, str) else answer()) + "\n"

    def isatty(self) -> bool:
        """Say that this is no terminal."""
        return False


class App:
    """An authenticator app that was set up by scanning a picture.

    Args:
        png: the picture, scanned at each look.
        clock: the telephone's time.
    """

    def __init__(self, png: Path, clock: Clock) -> None:
        self._png = png
        self._clock = clock

    def code(self, step: int) -> Callable[[], str]:
        """Return a look at the code of a time step, counted from the present one."""

        def look() -> str:
            secret = parse_qs(urlsplit(read_png(self._png)).query)["secret"][0]
            return pyotp.TOTP(secret).at(int(self._clock.time()) + 30 * step)

        return look


def mail(server: EmulatorServer, username: str) -> Callable[[], str]:
    """Return a look at the newest code that was sent to somebody."""
    return lambda: server.emulator.outbox.messages(username=username)[0].code

"""Waits for the signals that ask a program to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any

__all__ = ["StopSignals"]

# Windows handles signals only between two waits.
_LONGEST_WAIT_SECONDS = 1.0


class StopSignals:
    """Makes SIGINT and SIGTERM end :meth:`wait`, and nothing else, inside a ``with`` block.

    On Windows, SIGBREAK ends it too: Ctrl-Break is what another program can send there.

    A signal that arrives before :meth:`wait` is called counts too.
    """

    SIGNALS = tuple(
        getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
    )

    def __init__(self) -> None:
        # SimpleQueue.put is the only way to wake a thread that is documented as reentrant, so a
        # signal handler may call it while its own thread waits.
        self._arrived: SimpleQueue[int] = SimpleQueue()
        self._before: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}

    def __enter__(self) -> StopSignals:
        for number in self.SIGNALS:
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def wait(self) -> int:
        """Wait for the first signal and return its number."""
        while True:
            try:
                return self._arrived.get(timeout=_LONGEST_WAIT_SECONDS)
            except Empty:
                continue

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._arrived.put(number)

"""Waits for the signals that ask a program to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any

__all__ = ["StopSignals"]

# Windows looks at signals only between two waits.
_LONGEST_WAIT_SECONDS = 1.0


class StopSignals:
    """Inside the ``with`` block SIGINT and SIGTERM do nothing but end :meth:`wait`.

    One that arrives before the waiting begins counts too.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        # Of all that wakes a waiting thread, only SimpleQueue.put is documented as reentrant, so
        # that a signal handler may call it while its own thread waits.
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
        """Return the number of the first signal, when there is one."""
        while True:
            try:
                return self._arrived.get(timeout=_LONGEST_WAIT_SECONDS)
            except Empty:
                continue

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._arrived.put(number)

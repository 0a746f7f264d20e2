"""Clocks: the only module that reads the system's time, and the only one that sleeps.

The emulator and the scenarios use a :class:`VirtualClock`, so that codes, sessions, tokens and
TOTP steps expire in milliseconds. Real targets use the :class:`SystemClock`.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Protocol

__all__ = ["LAST_MOMENT", "Clock", "SystemClock", "VirtualClock", "stopwatch"]

#: 9999-12-31T00:00:00Z in epoch seconds; datetime knows no later year.
LAST_MOMENT = 253_402_214_400.0


class Clock(Protocol):
    """Tells the time to everything in the harness; moments are epoch seconds, UTC."""

    def time(self) -> float:
        """Return the current time in epoch seconds."""
        ...

    def now(self) -> datetime:
        """Return the current time as an aware datetime in UTC."""
        ...

    def wait_until(self, moment: float) -> None:
        """Wait until ``time()`` reaches ``moment`` (epoch seconds), not at all if it has passed."""
        ...


class SystemClock:
    """The machine's clock; waiting on it really waits."""

    #: The longest single sleep in seconds, so that a change of the machine's clock is noticed.
    LONGEST_SLEEP = 1.0

    def time(self) -> float:
        """Return the current time in epoch seconds."""
        return time.time()

    def now(self) -> datetime:
        """Return the current time as an aware datetime in UTC."""
        return _as_datetime(self.time())

    def wait_until(self, moment: float) -> None:
        """Sleep until ``moment`` (epoch seconds)."""
        while (remaining := moment - self.time()) > 0:
            time.sleep(min(remaining, self.LONGEST_SLEEP))


class VirtualClock:
    """A clock that a test can move forward; it runs at the speed of real time unless frozen.

    Args:
        start: the time that it shows first, in epoch seconds; the machine's time by default.
        frozen: whether it stands still between moves.
    """

    def __init__(self, start: float | None = None, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._frozen = frozen
        self._shown = time.time() if start is None else _finite("start", start)
        self._shown_at = time.monotonic()

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still between moves."""
        return self._frozen

    def time(self) -> float:
        """Return the time of the clock in epoch seconds."""
        with self._lock:
            return self._time()

    def now(self) -> datetime:
        """Return the time of the clock as an aware datetime in UTC."""
        return _as_datetime(self.time())

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: ``seconds`` is negative or not finite; the clock never goes back.
        """
        if _finite("seconds", seconds) < 0:
            raise ValueError(f"a clock can only move forward, not by {seconds:g} s")
        with self._lock:
            self._show(self._time() + seconds)

    def wait_until(self, moment: float) -> None:
        """Move the clock to ``moment`` (epoch seconds) unless it has passed."""
        _finite("moment", moment)
        with self._lock:
            if self._time() < moment:
                self._show(moment)

    def _time(self) -> float:
        if self._frozen:
            return self._shown
        return self._shown + (time.monotonic() - self._shown_at)

    def _show(self, moment: float) -> None:
        # Kept as a moment, not as an offset, so that wait_until reaches it exactly.
        self._shown = moment
        self._shown_at = time.monotonic()


def stopwatch() -> Callable[[], float]:
    """Start measuring, and return a function that gives the seconds since the start."""
    started = time.perf_counter()
    return lambda: time.perf_counter() - started


def _as_datetime(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, timezone.utc)


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number of seconds, not {value!r}")
    return value

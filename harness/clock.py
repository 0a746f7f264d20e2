"""Time, as a parameter: the only module that asks the system for it, and the only one that sleeps.

The emulator and the scenarios run on a :class:`VirtualClock`, so that codes, sessions, tokens
and TOTP steps expire in milliseconds; real targets run on the :class:`SystemClock`.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Protocol

__all__ = ["LAST_MOMENT", "Clock", "SystemClock", "VirtualClock", "stopwatch"]

#: 9999-12-31T00:00:00Z in epoch seconds: datetime ends with that year.
LAST_MOMENT = 253_402_214_400.0


class Clock(Protocol):
    """What tells the time to everything in the harness; moments are epoch seconds, UTC."""

    def time(self) -> float:
        """Return the present moment in epoch seconds."""
        ...

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        ...

    def wait_until(self, moment: float) -> None:
        """Return when ``time()`` has reached ``moment`` (epoch seconds), at once if it has."""
        ...


class SystemClock:
    """The machine's clock; waiting on it really waits."""

    #: The longest single sleep, in seconds: a correction of the machine's clock shows at once.
    LONGEST_SLEEP = 1.0

    def time(self) -> float:
        """Return the present moment in epoch seconds."""
        return time.time()

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        return _as_datetime(self.time())

    def wait_until(self, moment: float) -> None:
        """Sleep until ``moment`` (epoch seconds) has come."""
        while (remaining := moment - self.time()) > 0:
            time.sleep(min(remaining, self.LONGEST_SLEEP))


class VirtualClock:
    """A clock that a test can move forward; it runs on with real time unless it is frozen.

    Args:
        start: the moment it shows first, in epoch seconds; the machine's time by default.
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
        """Return the moment the clock shows, in epoch seconds."""
        with self._lock:
            return self._time()

    def now(self) -> datetime:
        """Return the moment the clock shows as an aware datetime in UTC."""
        return _as_datetime(self.time())

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: ``seconds`` is negative or not a number; this clock never goes back.
        """
        if _finite("seconds", seconds) < 0:
            raise ValueError(f"a clock is only moved forward, not by {seconds:g} s")
        with self._lock:
            self._show(self._time() + seconds)

    def wait_until(self, moment: float) -> None:
        """Move the clock to ``moment`` (epoch seconds), if that still lies ahead."""
        _finite("moment", moment)
        with self._lock:
            if self._time() < moment:
                self._show(moment)

    def _time(self) -> float:
        if self._frozen:
            return self._shown
        return self._shown + (time.monotonic() - self._shown_at)

    def _show(self, moment: float) -> None:
        # Kept as a moment and not as an offset, so that wait_until hits it exactly.
        self._shown = moment
        self._shown_at = time.monotonic()


def stopwatch() -> Callable[[], float]:
    """Start measuring; each call of the returned function gives the seconds since then."""
    started = time.perf_counter()
    return lambda: time.perf_counter() - started


def _as_datetime(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, timezone.utc)


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number of seconds, not {value!r}")
    return value

"""Clocks: the only module that reads the system's time, and the only one that sleeps.

The emulator and the scenarios use a :class:`VirtualClock`, so that codes, sessions, tokens and
TOTP steps expire in milliseconds. Real targets use the :class:`SystemClock`. Both follow the
libraries that freeze or move ``time.time()`` in tests. A :class:`SteadyClock` does not: real waits
and time limits are for a server, a mailbox or a quota, which no test can freeze.
"""

from __future__ import annotations

import math
import re
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Protocol

__all__ = [
    "DURATIONS",
    "LAST_MOMENT",
    "Clock",
    "SteadyClock",
    "SystemClock",
    "VirtualClock",
    "Waits",
    "seconds_in",
    "steady_seconds",
    "stopwatch",
    "utc_of",
    "waits_of",
    "wall_seconds",
]

#: 9999-12-31T00:00:00Z in epoch seconds; datetime knows no later year.
LAST_MOMENT = 253_402_214_400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

#: What a duration looks like, as the end of the sentence "it must look like …".
DURATIONS = "30s, 5m, 24h, 30d or 1h30m"
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
# Each unit at most once, the longest first; ASCII digits alone, and no sign.
_DURATION = re.compile(
    r"\s*".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?)\s*{unit})?" for unit in _UNITS),
    re.ASCII | re.IGNORECASE,
)
_PLAIN_SECONDS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)

# freezegun replaces time.monotonic() and time.perf_counter(), in every module that has them as an
# attribute. It knows neither clock_gettime() nor what a partial holds.
if sys.platform == "win32":
    steady_seconds: Callable[[], float] = partial(time.monotonic)
    #: Epoch seconds that nothing freezes, to compare records of several machines.
    wall_seconds: Callable[[], float] = partial(time.time)
else:
    steady_seconds = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    wall_seconds = partial(time.clock_gettime, time.CLOCK_REALTIME)


def seconds_in(text: str) -> float | None:
    """Return the seconds of a duration such as ``30s``, ``5m``, ``24h``, ``30d`` or ``1h30m``.

    A number without a unit is in seconds. ``None`` stands for a text that is no duration: it is
    empty, negative or not finite, has digits that are not ASCII, or is longer than the calendar.
    """
    given = text.strip()
    if _PLAIN_SECONDS.fullmatch(given):
        seconds = float(given)
    else:
        match = _DURATION.fullmatch(given)
        if match is None or not given:
            return None
        seconds = sum(float(match[unit] or 0) * _UNITS[unit] for unit in _UNITS)
    return seconds if seconds <= LAST_MOMENT else None


class Waits(Protocol):
    """Tells how time passes, and waits."""

    def time(self) -> float:
        """Return the current time in seconds, from any beginning."""
        ...

    def wait_until(self, moment: float) -> None:
        """Wait until ``time()`` reaches ``moment``, not at all if it has passed."""
        ...


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
    """The machine's clock, as this process sees it; waiting on it really waits.

    A test that freezes or moves ``time.time()`` freezes or moves this clock.
    """

    #: The longest single sleep in seconds, so that a change of the machine's clock is noticed.
    LONGEST_SLEEP = 1.0

    def time(self) -> float:
        """Return the current time in epoch seconds."""
        return time.time()

    def now(self) -> datetime:
        """Return the current time as an aware datetime in UTC."""
        return utc_of(self.time())

    def wait_until(self, moment: float) -> None:
        """Sleep until ``moment`` (epoch seconds).

        Sleeps no longer than the time that was left at the start: a clock that a test has frozen
        never shows the moment.
        """
        remaining = moment - self.time()
        while remaining > 0:
            pause = min(remaining, self.LONGEST_SLEEP)
            time.sleep(pause)
            remaining = min(remaining - pause, moment - self.time())


class SteadyClock:
    """Real time in seconds from an unknown beginning; no test and no date change moves it."""

    def time(self) -> float:
        """Return the current time in seconds."""
        return steady_seconds()

    def wait_until(self, moment: float) -> None:
        """Sleep until ``moment``, a value of `time`."""
        while (remaining := moment - self.time()) > 0:
            time.sleep(remaining)


class VirtualClock:
    """The present that the test sees, plus what the test has moved the clock by.

    The present is ``time.time()``: real time, or what freezegun or time-machine makes of it, also
    if that goes back. Outside the years 1970 to 9999, the clock shows the nearest moment in them.

    Args:
        start: the time that it shows first, in epoch seconds; the present by default.
        frozen: whether it stands still between moves, whatever the present is.
    """

    def __init__(self, start: float | None = None, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._frozen = frozen
        # What the clock shows, and the present at which it showed that. A moment is kept and not
        # an offset, so that the clock shows exactly the moment to which it was moved.
        self._shown = self._shown_at = 0.0
        if start is not None or frozen:
            self._show(time.time() if start is None else _finite("start", start))

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
        return utc_of(self.time())

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: ``seconds`` is negative or not finite; `set` also moves it back.
        """
        if _finite("seconds", seconds) < 0:
            raise ValueError(f"a clock can only move forward, not by {seconds:g} s")
        with self._lock:
            self._show(self._time() + seconds)

    def set(self, moment: float) -> None:
        """Move the clock to ``moment`` (epoch seconds), forward or back.

        Raises:
            ValueError: ``moment`` is not in the years 1970 to 9999.
        """
        if not 0 <= _finite("moment", moment) <= LAST_MOMENT:
            raise ValueError(f"moment is {moment:g}; it must be in the years 1970 to 9999")
        with self._lock:
            self._show(moment)

    def wait_until(self, moment: float) -> None:
        """Move the clock to ``moment`` (epoch seconds) unless it has passed."""
        _finite("moment", moment)
        with self._lock:
            if self._time() < moment:
                self._show(moment)

    def _time(self) -> float:
        if self._frozen:
            return self._shown
        return _in_range(self._shown + (time.time() - self._shown_at))

    def _show(self, moment: float) -> None:
        self._shown = _in_range(moment)
        self._shown_at = time.time()


def waits_of(clock: Clock) -> Waits:
    """Return what waits as long as a clock does: real time in place of the machine's clock."""
    return SteadyClock() if isinstance(clock, SystemClock) else clock


def stopwatch() -> Callable[[], float]:
    """Start measuring, and return a function that gives the seconds of real time since."""
    started = steady_seconds()
    return lambda: steady_seconds() - started


def utc_of(moment: float) -> datetime:
    """Return the datetime of epoch seconds, in UTC.

    ``datetime.fromtimestamp`` ends with the year 3000 on Windows, and begins with 1970.
    """
    return _EPOCH + timedelta(seconds=moment)


def _in_range(moment: float) -> float:
    """Return the nearest moment in the years 1970 to 9999."""
    return min(max(moment, 0.0), LAST_MOMENT)


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number of seconds, not {value!r}")
    return value

"""The ramp: a load shape that raises the rate of sign-ins until the service leaves its bounds."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from locust import LoadTestShape
from locust.runners import WORKER_REPORT_INTERVAL, MasterRunner
from locust.stats import RequestStats, StatsEntry

from harness.clock import SystemClock, steady_seconds
from harness.load.knee import KneeSearch, Measured
from harness.load.results import CALL, REFUSAL, THROTTLE
from harness.load.users import WeightedMix

__all__ = ["RampShape", "RampUser", "Window"]

#: How long a new number of users runs before it is measured, so that all have begun.
_SETTLE_SECONDS = 3
#: Users that start in a second; Locust warns of more.
_SPAWN_RATE = 100
#: What begins a flow: each of them makes one of these calls, as its first.
_BEGINS = ("InitiateAuth", "SignUp")


class RampUser(WeightedMix):
    """A user who runs one flow a second, so that the number of users is the rate."""

    abstract = True

    def on_start(self) -> None:
        """Wait for a random part of a second: users who start together must not call together."""
        self._begins_at = steady_seconds() + random.random()
        self.wait()  # type: ignore[no-untyped-call]

    def wait_time(self) -> float:
        """Return the pause until the next flow begins, a second after the one before."""
        now = steady_seconds()
        # Whoever is late misses whole seconds. If all began at once, they would stay together.
        self._begins_at += max(0, math.ceil(now - self._begins_at))
        pause, self._begins_at = self._begins_at - now, self._begins_at + 1.0
        return pause


@dataclass(frozen=True)
class Window:
    """What Locust's statistics have counted up to now, to compare with later.

    Attributes:
        times: how often each response time was counted, of the calls that were not throttled.
        failures: number of failed requests.
    """

    times: Counter[float]
    failures: int

    @classmethod
    def now(cls, stats: RequestStats) -> Window:
        """Return what is counted now."""
        times: Counter[float] = Counter()
        for (_, kind), entry in stats.entries.items():
            if kind != THROTTLE:
                times.update(entry.response_times)
        return cls(times, stats.total.num_failures)

    def measured(self, stats: RequestStats, rate: float, begin: int, end: int) -> Measured:
        """Return what was measured since, in the seconds from ``begin`` to before ``end``."""
        since, seconds = Window.now(stats), end - begin
        throttled = _requests(stats, begin, end, (THROTTLE,))
        every = _requests(stats, begin, end, (CALL, REFUSAL, THROTTLE))
        began = _requests(stats, begin, end, (CALL, REFUSAL), _BEGINS)
        return Measured(
            wanted=rate,
            reached=began / seconds,
            p95_ms=_percentile(since.times - self.times, 0.95),
            throttled=throttled / every if every else 0.0,
            failed=since.failures - self.failures,
        )


class RampShape(LoadTestShape):
    """Has as many users as the search wants sign-ins a second, and ends when the knee is known.

    A subclass says how to search.
    """

    abstract = True
    search: KneeSearch
    step_seconds: int

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._clock = SystemClock()
        self._rate: int | None = None
        self._window: Window | None = None
        self._begin = self._end = 0

    def tick(self) -> tuple[int, float] | None:
        """Return the number of users now; ``None`` when the knee is known."""
        if self._rate is None:
            self._start_step()
        elif self._window is None:
            self._begin_window()
        elif self._clock.time() >= self._end + self._lag():
            self._end_step(self._window)
        return None if self._rate is None else (self._rate, _SPAWN_RATE)

    def _start_step(self) -> None:
        self._rate = self.search.next_rate()
        self._window = None
        self._begin = int(self._clock.time()) + _SETTLE_SECONDS + self._lag()

    def _begin_window(self) -> None:
        if self.get_current_user_count() != self._rate:  # type: ignore[no-untyped-call]
            self._begin = int(self._clock.time()) + _SETTLE_SECONDS + self._lag()
        elif self._clock.time() >= self._begin:
            self._begin = int(self._clock.time()) + 1
            self._end = self._begin + self.step_seconds
            self._window = Window.now(self._stats)

    def _end_step(self, window: Window) -> None:
        step = window.measured(self._stats, self._rate or 0, self._begin, self._end)
        self.search.take(step)
        why = step.why_not(self.search.bounds)
        print(
            f"ramp: {step.wanted:g} sign-ins a second wanted, {step.reached:.1f} reached, "
            f"p95 {step.p95_ms:.0f} ms, {step.throttled:.1%} throttled: {why or 'held'}",
            flush=True,
        )
        self._start_step()

    def _lag(self) -> int:
        """Return the seconds after which the statistics of this process have everything."""
        # Each worker reports now and then.
        return int(WORKER_REPORT_INTERVAL) + 1 if isinstance(self.runner, MasterRunner) else 1

    @property
    def _stats(self) -> RequestStats:
        runner: Any = self.runner
        stats: RequestStats = runner.environment.stats
        return stats


def _requests(
    stats: RequestStats,
    begin: int,
    end: int,
    kinds: tuple[str, ...],
    names: tuple[str, ...] = ("",),
) -> int:
    """Return how many requests of some kinds, whose names begin so, ended in some seconds."""
    return sum(
        _in_seconds(entry, begin, end)
        for (entry_name, entry_kind), entry in stats.entries.items()
        if entry_kind in kinds and entry_name.startswith(names)
    )


def _in_seconds(entry: StatsEntry, begin: int, end: int) -> int:
    by_second: Mapping[int, int] = entry.num_reqs_per_sec
    return sum(by_second.get(second, 0) for second in range(begin, end))


def _percentile(times: Counter[float], share: float) -> float:
    """Return the response time that a share of the requests did not exceed; 0 without any."""
    left = share * times.total()
    for time, count in sorted(times.items()):
        left -= count
        if left <= 0:
            return float(time)
    return 0.0

"""Says on stderr how far a run is, while it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from locust.runners import WorkerRunner

from harness.clock import stopwatch
from harness.load.results import THROTTLE

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.stats import RequestStats

__all__ = ["LoadProgress", "progress_line"]

#: Seconds between two lines, in a terminal and elsewhere.
_SECONDS_IN_TERMINAL, _SECONDS = 3.0, 10.0


class LoadProgress:
    """Prints a line now and then from the beginning of a run to its end."""

    def __init__(self) -> None:
        self._over = Event()

    def attach(self, environment: Environment) -> None:
        """Say how far a Locust environment is, in the process that sums its results up."""
        if isinstance(environment.runner, WorkerRunner):
            return
        events: Any = environment.events
        events.test_start.add_listener(self._begin)
        events.test_stop.add_listener(self._end)

    def _begin(self, environment: Environment, **_: Any) -> None:
        self._over.clear()
        gevent.spawn(self._tell, environment)

    def _end(self, **_: Any) -> None:
        self._over.set()

    def _tell(self, environment: Environment) -> None:
        elapsed = stopwatch()
        pause = _SECONDS_IN_TERMINAL if sys.stderr.isatty() else _SECONDS
        while not self._over.wait(pause):
            users = 0 if environment.runner is None else environment.runner.user_count
            line = progress_line(environment.stats, users, elapsed())
            print(line, file=sys.stderr, flush=True)


def progress_line(stats: RequestStats, users: int, seconds: float) -> str:
    """Return how far a run is, in one line."""
    total = stats.total
    throttled = sum(
        entry.num_requests for (_, kind), entry in stats.entries.items() if kind == THROTTLE
    )
    return (
        f"load: {seconds:.0f} s, {users} users, {total.num_requests} requests, "
        f"{throttled} throttled, {total.num_failures} failed"
    )

"""The table at the end of a run, and where the loop is measured."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from gevent.pool import Group
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, WorkerRunner
from locust.stats import RequestStats

from harness.load.loop_latency import LoopLatency
from harness.load.report import RunReport, table
from harness.load.results import CALL, FLOW, CallFailed, Recorder


class Noted(LoopLatency):
    """Notes when it is told to measure."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def begin(self) -> None:
        """Note the beginning."""
        self.heard.append("begin")

    def end(self) -> None:
        """Note the end."""
        self.heard.append("end")


def run(kind: type[Any], latency: LoopLatency) -> None:
    """Begin a run in a process of a kind, and end it."""
    environment = Environment()
    runner: Any = object.__new__(kind)
    # What Locust looks at when it goes.
    runner.greenlet = Group()
    environment.runner = runner
    RunReport(Recorder({}), latency).attach(environment)
    events: Any = environment.events
    events.test_start.fire(environment=environment)
    events.test_stop.fire(environment=environment)


@pytest.mark.parametrize("kind", [LocalRunner, WorkerRunner])
def test_a_process_with_users_is_measured(kind: type[Any]) -> None:
    """The measurement begins and ends with the run."""
    latency = Noted()
    run(kind, latency)
    assert latency.heard == ["begin", "end"]


def test_a_master_only_sums_up() -> None:
    """A master, whose loop has nothing to do, adds nothing, and begins each run with nothing."""
    latency = Noted()
    latency.counts[1] += 100
    run(MasterRunner, latency)
    assert "begin" not in latency.heard
    assert not latency.counts


def reported(stats: RequestStats, **flows: int) -> list[str]:
    """Return the lines of the table."""
    ended = {(name, "done"): count for name, count in flows.items()}
    return list(table(stats, ended, LoopLatency()))


def test_rate_is_that_between_the_first_and_the_last_request() -> None:
    """Neither the wait before the first request nor that after the last one lowers the rate."""
    with time_machine.travel(100.0, tick=False) as clock:
        stats = RequestStats()
        for moment in (1000.9, 1010.9):
            clock.move_to(moment)
            for _ in range(50):
                stats.log_request(CALL, "GetUser", 12, 1)
        clock.move_to(1030.0)
        lines = reported(stats, Refresh=50)
    assert lines[2].split()[5] == "10.0"
    assert "50 done, 5.0 a second" in lines[4]


def test_rate_is_that_of_all_workers() -> None:
    """The first request of any worker begins the time, and the last one of any ends it."""
    with time_machine.travel(100.0, tick=False) as clock:
        together = RequestStats()
        for first in (1000.0, 1005.0):
            clock.move_to(first)
            stats = RequestStats(use_response_times_cache=False)
            for moment in (first, first + 15):
                clock.move_to(moment)
                stats.log_request(CALL, "GetUser", 12, 1)
            together.get("GetUser", CALL).extend(stats.get("GetUser", CALL))
        lines = reported(together)
    assert lines[2].split()[5] == "0.2"


def test_no_percentile_is_above_the_longest_time() -> None:
    """Locust rounds the percentiles, and not the longest time."""
    stats = RequestStats()
    stats.log_request(CALL, "GetUser", 146, 1)
    assert reported(stats)[2].split()[-4:] == ["146", "146", "146", "146"]


@pytest.mark.parametrize("error", [CallFailed("no code came"), "CallFailed('no code came')"])
def test_errors_of_flows_have_a_line(error: Exception | str) -> None:
    """Why a flow failed without a failed request is said below it, of workers too."""
    stats = RequestStats()
    stats.log_error(FLOW, "SignUpStorm", error)
    assert reported(stats, SignUpStorm=1)[-1].strip() == "once: no code came"

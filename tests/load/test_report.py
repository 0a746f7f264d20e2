"""Where the loop is measured: in the processes that have users, while they run."""

from __future__ import annotations

from typing import Any

import pytest
from gevent.pool import Group
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

from harness.load.loop_latency import LoopLatency
from harness.load.report import RunReport
from harness.load.results import Recorder


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

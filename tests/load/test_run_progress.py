"""What a run says while it runs."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from gevent.pool import Group
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner
from locust.stats import RequestStats

from harness.load import run_progress
from harness.load.results import CALL, THROTTLE
from harness.load.run_progress import LoadProgress, progress_line


def environment_of(kind: type[Any]) -> Environment:
    """Return an environment with a runner of a kind."""
    environment = Environment()
    runner: Any = object.__new__(kind)
    runner.greenlet = Group()
    runner.user_greenlets = Group()
    environment.runner = runner
    return environment


def test_line_has_users_requests_throttles_and_failures() -> None:
    """One line says how far the run is."""
    stats = RequestStats()
    stats.log_request(CALL, "GetUser", 10, 1)
    stats.log_request(THROTTLE, "GetUser", 10, 1)
    stats.log_error(CALL, "GetUser", "gone")
    expected = "load: 12 s, 5 users, 2 requests, 1 throttled, 1 failed"
    assert progress_line(stats, 5, 12.3) == expected


def test_lines_come_from_the_beginning_to_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process that sums up prints lines until the run stops."""
    monkeypatch.setattr(run_progress, "_SECONDS", 0.01)
    monkeypatch.setattr(LocalRunner, "user_count", 3)
    environment = environment_of(LocalRunner)
    LoadProgress().attach(environment)
    events: Any = environment.events
    events.test_start.fire(environment=environment)
    said = ""
    with gevent.Timeout(30):
        while "load: 0 s, 3 users" not in said:
            gevent.idle()
            said += capsys.readouterr().err
    events.test_stop.fire(environment=environment)


def test_worker_says_nothing() -> None:
    """The master has the results of all workers."""
    environment = environment_of(WorkerRunner)
    before = len(environment.events.test_start._handlers)
    LoadProgress().attach(environment)
    assert len(environment.events.test_start._handlers) == before

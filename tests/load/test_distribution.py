"""A worker does what its master asks, in the order in which it was asked."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gevent
from gevent.pool import Group
from locust.env import Environment
from locust.runners import WorkerRunner

from harness.load.distribution import attach
from harness.load.division import HELD, HOLD, USE, USING
from harness.load.gate import Gate

FINISH, FINISHED = "cognito-finish", "cognito-finished"


class Session:
    """A session with nothing but a gate."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.parts: list[tuple[int, int]] = []
        self.hold, self.wait_until_idle = self.gate.close, self.gate.wait_until_idle

    def use_part(self, index: int, count: int, *, used: bool = False) -> None:
        """Note the part, and let flows begin."""
        self.parts.append((index, count))
        self.gate.open()

    def is_open(self) -> bool:
        """Return whether a flow can begin."""
        flow = gevent.spawn(self._pass)
        gevent.idle()
        passed = flow.ready()
        flow.kill()
        return bool(passed)

    def _pass(self) -> None:
        with self.gate.passed():
            pass


class Worker(WorkerRunner):
    """A worker whose master is the test; messages arrive together, as from a full buffer."""

    def __init__(self) -> None:
        # What Locust's own looks at when it goes.
        self.greenlet = Group()
        self.handlers: dict[str, tuple[Callable[..., None], bool]] = {}
        self.sent: list[tuple[str, Any]] = []

    def register_message(
        self, msg_type: str, listener: Callable[..., None], concurrent: bool = False
    ) -> None:
        """Note who handles a message."""
        self.handlers[msg_type] = listener, concurrent

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Note what the master would get."""
        self.sent.append((msg_type, data))

    def _send_stats(self) -> None:
        self.sent.append(("stats", None))

    def deliver(self, *messages: tuple[str, dict[str, Any]], master: str = "m") -> None:
        """Handle messages one after the other, and only then let others run, as Locust does."""
        for kind, data in messages:
            handler, concurrent = self.handlers[kind]
            message = SimpleNamespace(data={**data, "master": master})
            if concurrent:
                gevent.spawn(handler, environment=None, msg=message)
            else:
                handler(environment=None, msg=message)
        gevent.idle()


def worker() -> tuple[Worker, Session]:
    """Return a worker that has just started, and its session."""
    runner, session = Worker(), Session()
    environment = Environment()
    environment.runner = runner
    attach(environment, session)
    return runner, session


def hold(number: int) -> tuple[str, dict[str, Any]]:
    """Return the message that has a worker hold."""
    return HOLD, {"number": number}


def use(number: int) -> tuple[str, dict[str, Any]]:
    """Return the message that gives a worker the first of two parts."""
    return USE, {"number": number, "index": 0, "count": 2}


def test_a_worker_begins_with_its_part() -> None:
    """No flow begins before the master has given a part, and each step is confirmed."""
    runner, session = worker()
    assert not session.is_open()
    runner.deliver(hold(1))
    assert not session.is_open()
    runner.deliver(use(1))
    assert session.is_open()
    assert session.parts == [(0, 2)]
    # The first message says that it knows the others.
    assert runner.sent == [("cognito-here", {}), (HELD, {"number": 1}), (USING, {"number": 1})]


def test_a_repeated_hold_does_not_undo_the_part() -> None:
    """A hold that was sent again just before the part leaves the worker with its part."""
    runner, session = worker()
    runner.deliver(hold(1))
    runner.deliver(hold(1), use(1))
    assert session.is_open()
    runner.deliver(hold(1))
    assert session.is_open()


def test_a_later_hold_counts() -> None:
    """The hold of the next division closes the gate, also if it comes together with a part."""
    runner, session = worker()
    runner.deliver(hold(1))
    runner.deliver(use(1), hold(2))
    assert not session.is_open()
    assert runner.sent[-1] == (HELD, {"number": 2})


def test_a_master_that_was_started_again_is_heard() -> None:
    """The numbers of another master begin at 1 again."""
    runner, session = worker()
    runner.deliver(hold(7), use(7))
    runner.deliver(hold(1), master="another")
    assert not session.is_open()
    assert runner.sent[-1] == (HELD, {"number": 1})


def test_a_worker_holds_at_once_and_confirms_later() -> None:
    """While a flow goes on, no other begins, and the confirmation waits for its end."""
    runner, session = worker()
    runner.deliver(hold(1), use(1))
    runner.sent.clear()
    with session.gate.passed():
        runner.deliver(hold(2))
        assert not session.is_open()
        assert runner.sent == []
    gevent.idle()
    assert runner.sent == [(HELD, {"number": 2})]


def test_a_finished_worker_reports_before_it_says_so() -> None:
    """At the end, no flow begins, and the statistics come before the message that ends the run."""
    runner, session = worker()
    runner.deliver(hold(1), use(1))
    runner.sent.clear()
    runner.deliver((FINISH, {}))
    assert not session.is_open()
    assert runner.sent == [("stats", None), (FINISHED, {})]

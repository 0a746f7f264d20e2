"""Gives each Locust process its part of the people and of the quotas, over Locust's messages.

It also ends a run in order: the master waits until every worker has finished its flows and reported
them. Locust alone waits for half a second, and loses what comes later.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from harness.load.division import HELD, HOLD, USE, USING, Division, LoadPart

__all__ = ["Divisible", "attach"]

_HERE = "cognito-here"
_FINISH, _FINISHED = "cognito-finish", "cognito-finished"
#: How long a worker waits for its flows to end before it gives up its part. A flow waits for its
#: person before it begins, and then takes a fraction of a second; one that waits for a slot of the
#: pacer may go on with its person.
_PATIENCE_SECONDS = 10.0
#: A message takes its time, too.
_PATIENCE_WITH_WORKERS_SECONDS = _PATIENCE_SECONDS + 5.0


class Divisible(Protocol):
    """What has people and quotas: a load session."""

    def use_part(self, index: int, count: int, *, used: bool = False) -> None:
        """Use the part with an index, from 0, of ``count`` parts of the people and the quotas.

        Others may have used its people before if ``used`` is true.
        """
        ...

    def hold(self) -> None:
        """Begin no further flow until :meth:`use_part` is called."""
        ...

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nobody is used, and return whether that came in time."""
        ...


def attach(environment: Environment, session: Divisible) -> None:
    """Give the session its part, now and whenever the number of workers changes.

    Call it in Locust's event ``init``. A process that runs alone uses everything at once. A worker
    begins no flow before the master has given it a part.
    """
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        _Master(environment, runner)
    elif isinstance(runner, WorkerRunner):
        _Worker(environment, runner, session)
    else:
        held = _Held(session)
        held.take(LoadPart(0, 1), used=False)
        _listen(environment, test_stopping=held.finish, test_start=held.resume)


class _Held:
    """The part of one process, which it finishes with at the end of a run.

    Args:
        session: what has the people and the quotas.
    """

    def __init__(self, session: Divisible) -> None:
        self._session = session
        self._part: LoadPart | None = None
        self._is_finished = False

    def take(self, part: LoadPart, *, used: bool) -> None:
        """Use a part from now on."""
        self._part, self._is_finished = part, False
        self._session.use_part(part.index, part.count, used=used)

    def hold(self) -> None:
        """Begin no further flow."""
        self._session.hold()

    def wait(self) -> None:
        """Wait until all flows have ended."""
        self._session.wait_until_idle(_PATIENCE_SECONDS)

    def finish(self, **_: Any) -> None:
        """End all flows at the end of a run."""
        self.hold_finished()
        self.wait()

    def hold_finished(self) -> None:
        """Begin no further flow before the next run."""
        self._is_finished = True
        self.hold()

    def resume(self, **_: Any) -> None:
        """Use the same part again in a further run."""
        if self._is_finished and self._part is not None:
            self.take(self._part, used=True)


class _Master:
    """Divides, and waits for the workers at the end.

    Args:
        environment: Locust's.
        runner: knows the workers.
    """

    def __init__(self, environment: Environment, runner: MasterRunner) -> None:
        self._runner = runner
        # A master that is started again counts its divisions from 1 again.
        self._name = secrets.token_hex(8)
        self._division = Division(self._send)
        self._unfinished: set[str] = set()
        self._all_finished = Event()
        for kind in (HELD, USING):
            runner.register_message(kind, partial(self._confirm, kind))
        runner.register_message(_FINISHED, self._note_finished)
        # A worker says itself when it can be asked: when Locust announces it, it may not know the
        # messages yet. Each heartbeat is another chance to see that one has come or is missing:
        # Locust has no event for that.
        runner.register_message(_HERE, self._look)
        _listen(
            environment,
            heartbeat_sent=self._look,
            test_stopping=self._finish,
        )

    def _send(self, worker: str, kind: str, data: dict[str, Any]) -> None:
        self._runner.send_message(kind, {**data, "master": self._name}, client_id=worker)

    def _there(self) -> list[str]:
        workers = self._runner.clients.all
        there = [worker.id for worker in workers if worker.state != STATE_MISSING]
        return sorted(there, key=self._runner.get_worker_index)

    def _look(self, **_: Any) -> None:
        there = self._there()
        self._division.have(there)
        self._without(self._unfinished - set(there))

    def _confirm(self, kind: str, msg: Any, **_: Any) -> None:
        self._division.confirmed(msg.node_id, kind, int(msg.data["number"]))

    def _finish(self, **_: Any) -> None:
        """Have all workers finish their flows and report them, and wait for that."""
        self._unfinished = set(self._there())
        self._all_finished.clear()
        for worker in list(self._unfinished):
            self._send(worker, _FINISH, {})
        if self._unfinished:
            self._all_finished.wait(_PATIENCE_WITH_WORKERS_SECONDS)

    def _note_finished(self, msg: Any, **_: Any) -> None:
        self._without({msg.node_id})

    def _without(self, workers: set[str]) -> None:
        self._unfinished -= workers
        if not self._unfinished:
            self._all_finished.set()


class _Worker:
    """Does what the master asks.

    Args:
        environment: Locust's.
        runner: talks to the master.
        session: what has the people and the quotas.
    """

    def __init__(self, environment: Environment, runner: WorkerRunner, session: Divisible) -> None:
        session.hold()
        self._runner = runner
        self._held = _Held(session)
        # The master whose parts are used, and the number of its division.
        self._using: tuple[str, int] = ("", 0)
        # Not concurrently: then, a message could be overtaken by the one after it.
        runner.register_message(HOLD, self._let_go)
        runner.register_message(_FINISH, self._finish)
        runner.register_message(USE, self._take)
        _listen(environment, test_start=self._held.resume)
        runner.send_message(_HERE, {})

    def _let_go(self, msg: Any, **_: Any) -> None:
        master, number = msg.data["master"], msg.data["number"]
        if self._using[0] == master and number <= self._using[1]:
            # It was repeated before the master had heard that this worker held.
            return
        self._held.hold()
        self._after_the_flows(lambda: self._runner.send_message(HELD, {"number": number}))

    def _after_the_flows(self, report: Callable[[], object]) -> None:
        """Report when all flows have ended; Locust's other messages do not wait for that."""

        def wait() -> None:
            self._held.wait()
            report()

        gevent.spawn(wait)

    def _take(self, msg: Any, **_: Any) -> None:
        self._using = msg.data["master"], msg.data["number"]
        part = LoadPart(msg.data["index"], msg.data["count"])
        # Before the first division nobody has used anybody.
        self._held.take(part, used=msg.data["number"] > 1)
        self._runner.send_message(USING, {"number": msg.data["number"]})

    def _finish(self, **_: Any) -> None:
        self._held.hold_finished()
        self._after_the_flows(self._report_finished)

    def _report_finished(self) -> None:
        # Messages arrive in the order in which they are sent.
        self._runner._send_stats()
        self._runner.send_message(_FINISHED, {})


def _listen(environment: Environment, **listeners: Any) -> None:
    # Locust gives no types for it.
    events: Any = environment.events
    for name, listener in listeners.items():
        getattr(events, name).add_listener(listener)

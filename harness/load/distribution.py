"""Gives each Locust process its part of the people and of the quotas, over Locust's messages."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import gevent
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from harness.load.division import HELD, HOLD, USE, USING, Division

__all__ = ["Divisible", "attach"]

#: How long a worker waits for its flows to end before it gives up its part. A flow takes a fraction
#: of a second; one that still waits for a slot of the pacer may go on with its person.
_PATIENCE_SECONDS = 10.0


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
    if isinstance(runner, WorkerRunner):
        _follow(runner, session)
    elif isinstance(runner, MasterRunner):
        _lead(environment, runner)
    else:
        session.use_part(0, 1)


def _lead(environment: Environment, runner: MasterRunner) -> None:
    def send(worker: str, kind: str, data: dict[str, Any]) -> None:
        runner.send_message(kind, data, client_id=worker)

    division = Division(send)

    def look(**_: Any) -> None:
        there = [worker.id for worker in runner.clients.all if worker.state != STATE_MISSING]
        division.have(sorted(there, key=runner.get_worker_index))

    def confirm(kind: str, msg: Any, **_: Any) -> None:
        division.confirmed(msg.node_id, kind, int(msg.data["number"]))

    for kind in (HELD, USING):
        runner.register_message(kind, partial(confirm, kind))
    # Locust announces a new worker just before it adds it. Each heartbeat of a worker is another
    # chance to see that one has come or is missing: Locust has no event for that.
    events: Any = environment.events
    events.worker_connect.add_listener(lambda **_: gevent.spawn(look))
    events.heartbeat_sent.add_listener(look)


def _follow(runner: WorkerRunner, session: Divisible) -> None:
    session.hold()

    def let_go(msg: Any, **_: Any) -> None:
        session.hold()
        session.wait_until_idle(_PATIENCE_SECONDS)
        runner.send_message(HELD, {"number": msg.data["number"]})

    def take(msg: Any, **_: Any) -> None:
        # Before the first division nobody has used anybody.
        session.use_part(msg.data["index"], msg.data["count"], used=msg.data["number"] > 1)
        runner.send_message(USING, {"number": msg.data["number"]})

    # It waits, and Locust's other messages must not wait with it.
    runner.register_message(HOLD, let_go, concurrent=True)
    runner.register_message(USE, take)

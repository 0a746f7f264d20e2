"""Measures calls and sign-ins per second for all services in turn, with one and eight clients."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import calls
from benchmarks.calls import BenchmarkPool
from benchmarks.connection import Connection
from benchmarks.full_flow_http import full_flow
from benchmarks.peers import Peer
from benchmarks.processes import Service

Work = Callable[[Connection, BenchmarkPool], Awaitable[Any]]

#: One page, so that every service lists the same number.
USERS = 10


@dataclass(frozen=True)
class Workload:
    """One action that is repeated.

    Attributes:
        needs: the property of a `Peer` without which the action is impossible or means nothing.
    """

    name: str
    work: Work
    needs: str | None = None


WORKLOADS = (
    Workload("ListUsers", calls.list_users),
    Workload("ListUsers of one", calls.list_one),
    Workload("USER_PASSWORD_AUTH", calls.sign_in_by_password),
    Workload("USER_SRP_AUTH", calls.sign_in_by_srp, "proves_srp"),
    Workload("USER_SRP_AUTH with device", calls.sign_in_by_device, "tracks_devices"),
    Workload("full flow", full_flow, "tracks_devices"),
    # CreateUserPool comes last, because some services become slower with every pool.
    Workload("CreateUserPool", calls.create_pool),
)
_TRACKED = {
    "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": True,
        "DeviceOnlyRememberedOnUserPrompt": False,
    }
}


@dataclass
class Ready:
    """A service with a pool, and two more pools with tracked devices if it has devices.

    Attributes:
        tracked: its users have remembered devices.
        demanding: it has no users and requires MFA.
    """

    peer: Peer
    service: Service
    pool: BenchmarkPool
    tracked: BenchmarkPool | None = None
    demanding: BenchmarkPool | None = None

    def pool_for(self, workload: Workload) -> BenchmarkPool | None:
        """Return the pool that a workload runs on; ``None`` if the service cannot do it."""
        if workload.needs is None:
            return self.pool
        if not getattr(self.peer, workload.needs):
            return None
        if workload.work is full_flow:
            return self.demanding
        return self.tracked if workload.needs == "tracks_devices" else self.pool


async def make_ready(peer: Peer, running: Service) -> Ready:
    """Prepare a service."""
    connection = Connection("127.0.0.1", running.port)
    ready = Ready(peer, running, await calls.make_pool(connection, USERS))
    if peer.tracks_devices:
        ready.tracked = await calls.make_pool(connection, USERS, **_TRACKED)
        await calls.track_devices(connection, ready.tracked)
        ready.demanding = await calls.make_pool(
            connection, 0, **_TRACKED, AutoVerifiedAttributes=["email"]
        )
        await calls.require_software_tokens(connection, ready.demanding)
    connection.close()
    return ready


@dataclass(frozen=True)
class Rate:
    """How fast it was: actions per second, and processor milliseconds of the service for each."""

    per_second: float
    cpu_milliseconds: float


async def rate(ready: Ready, workload: Workload, clients: int, seconds: float) -> Rate | None:
    """Repeat a workload for some seconds; return ``None`` if the service cannot do it."""
    pool = ready.pool_for(workload)
    if pool is None:
        return None
    connections = [Connection("127.0.0.1", ready.service.port) for _ in range(clients)]
    for connection in connections:
        await workload.work(connection, pool)
    cpu, began = ready.service.cpu_seconds(), time.perf_counter()
    until = began + seconds
    done = sum(await asyncio.gather(*(_repeat(c, workload, pool, until) for c in connections)))
    took, cpu = time.perf_counter() - began, ready.service.cpu_seconds() - cpu
    for connection in connections:
        connection.close()
    return Rate(done / took, cpu / done * 1000)


async def _repeat(
    connection: Connection, workload: Workload, pool: BenchmarkPool, until: float
) -> int:
    done = 0
    while time.perf_counter() < until:
        await workload.work(connection, pool)
        done += 1
    return done


def medians(rates: list[Rate]) -> Rate:
    """Return the median of several rounds, separately for each figure."""
    return Rate(
        statistics.median(rate.per_second for rate in rates),
        statistics.median(rate.cpu_milliseconds for rate in rates),
    )


async def compare(
    readies: list[Ready], rounds: int, seconds: float, say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Measure every workload on every service, round by round, so that all share bad moments."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for workload in WORKLOADS:
        for clients in (1, 8):
            title = f"{workload.name}, {_clients(clients)}"
            rows = found.setdefault(title, {})
            for ready, rates in await _rounds(readies, workload, clients, rounds, seconds):
                if rates:
                    middle = medians(rates)
                    rows[ready.peer.name] = {
                        "per_second": round(middle.per_second, 1),
                        "server_cpu_ms": round(middle.cpu_milliseconds, 3),
                        "rounds": [round(rate.per_second, 1) for rate in rates],
                    }
            figures = (f"{name} {row['per_second']:,.0f}/s" for name, row in rows.items())
            say(f"{title}: {', '.join(figures)}")
    return found


async def _rounds(
    readies: list[Ready], workload: Workload, clients: int, rounds: int, seconds: float
) -> list[tuple[Ready, list[Rate]]]:
    found: list[tuple[Ready, list[Rate]]] = [(ready, []) for ready in readies]
    for _ in range(rounds):
        for ready, rates in found:
            measured = await rate(ready, workload, clients, seconds)
            if measured is not None:
                rates.append(measured)
    return found


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"

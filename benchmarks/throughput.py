"""Measures calls and sign-ins per second on all services, with one and with eight clients."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import service
from benchmarks.connection import Connection
from benchmarks.peers import Peer
from benchmarks.processes import Service
from benchmarks.service import Furnished
from benchmarks.whole_flow import full_flow

Work = Callable[[Connection, Furnished], Awaitable[Any]]

#: One page, so that every service lists the same number.
USERS = 10


@dataclass(frozen=True)
class Workload:
    """An action that is repeated.

    Attributes:
        needs: the property that a `Peer` needs for a meaningful result.
    """

    name: str
    work: Work
    needs: str | None = None


WORKLOADS = (
    Workload("ListUsers", service.list_users),
    Workload("ListUsers of one", service.list_one),
    Workload("USER_PASSWORD_AUTH", service.sign_in_by_password),
    Workload("USER_SRP_AUTH", service.sign_in_by_srp, "proves_srp"),
    Workload("USER_SRP_AUTH with device", service.sign_in_by_device, "tracks_devices"),
    Workload("full flow", full_flow, "tracks_devices"),
    # Last, because some services become slower with every pool.
    Workload("CreateUserPool", service.create_pool),
)
_TRACKED = {
    "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": True,
        "DeviceOnlyRememberedOnUserPrompt": False,
    }
}


@dataclass
class Ready:
    """A service with a pool, and two more pools if it can track devices.

    Attributes:
        tracked: a pool whose users have remembered devices.
        demanding: an empty pool that requires MFA.
    """

    peer: Peer
    service: Service
    pool: Furnished
    tracked: Furnished | None = None
    demanding: Furnished | None = None

    def pool_for(self, workload: Workload) -> Furnished | None:
        """Return the pool for a workload; ``None`` if the service does not support it."""
        if workload.needs is None:
            return self.pool
        if not getattr(self.peer, workload.needs):
            return None
        if workload.work is full_flow:
            return self.demanding
        return self.tracked if workload.needs == "tracks_devices" else self.pool


async def make_ready(peer: Peer, running: Service) -> Ready:
    """Set up the pools of a service."""
    connection = Connection("127.0.0.1", running.port)
    ready = Ready(peer, running, await service.furnish(connection, USERS))
    if peer.tracks_devices:
        ready.tracked = await service.furnish(connection, USERS, **_TRACKED)
        await service.track_devices(connection, ready.tracked)
        ready.demanding = await service.furnish(
            connection, 0, **_TRACKED, AutoVerifiedAttributes=["email"]
        )
        await service.require_software_tokens(connection, ready.demanding)
    connection.close()
    return ready


@dataclass(frozen=True)
class Rate:
    """Actions per second, and the service's processor milliseconds per action."""

    per_second: float
    cpu_milliseconds: float


async def rate(ready: Ready, workload: Workload, clients: int, seconds: float) -> Rate | None:
    """Run a workload for some seconds; return ``None`` if the service does not support it."""
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


async def _repeat(connection: Connection, workload: Workload, pool: Furnished, until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        await workload.work(connection, pool)
        done += 1
    return done


def medians(rates: list[Rate]) -> Rate:
    """Return the median of several rounds, for each figure separately."""
    return Rate(
        statistics.median(rate.per_second for rate in rates),
        statistics.median(rate.cpu_milliseconds for rate in rates),
    )


async def compare(
    readies: list[Ready], rounds: int, seconds: float, say: Callable[[str], None]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Measure every workload on every service, in rounds, so that all share slow moments."""
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

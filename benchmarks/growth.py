"""Measures the server with many users and many pools, and the memory that they take."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from benchmarks import service
from benchmarks.connection import Connection
from benchmarks.processes import Service
from benchmarks.service import Furnished
from benchmarks.throughput import Work

#: How many requests run at once while users are created.
_ABREAST = 16
_TIMED: dict[str, Work] = {
    "USER_PASSWORD_AUTH": service.sign_in_by_password,
    "USER_SRP_AUTH": service.sign_in_by_srp,
    "ListUsers": service.list_users,
    "ListUsers of one": service.list_one,
}
_CALLS = 80


async def add_users(
    running: Service, pool: Furnished, upto: int, patience_seconds: float = 3_600
) -> None:
    """Create users in parallel, up to a number or until the time is up."""
    until = time.monotonic() + patience_seconds
    numbers = iter(range(len(pool.users), upto))

    async def some() -> None:
        connection = Connection("127.0.0.1", running.port)
        for number in numbers:
            if time.monotonic() > until:
                break
            await service.add_user(connection, pool, number)
        connection.close()

    await asyncio.gather(*(some() for _ in range(_ABREAST)))


Target = tuple[Service, Furnished]


async def latencies(targets: dict[str, Target]) -> dict[str, dict[str, float]]:
    """Return the median milliseconds of each call; the targets take turns."""
    connections = {
        name: Connection("127.0.0.1", running.port) for name, (running, _) in targets.items()
    }
    found: dict[str, dict[str, float]] = {name: {} for name in targets}
    for what, work in _TIMED.items():
        took: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(_CALLS):
            for name, (_, pool) in targets.items():
                took[name].append(await _timed(work, connections[name], pool))
        for name, seconds in took.items():
            found[name][what] = round(statistics.median(seconds) * 1000, 3)
    for connection in connections.values():
        connection.close()
    return found


async def by_users(running: Service, sizes: list[int]) -> dict[str, dict[str, float]]:
    """Return the latencies in pools of the given sizes."""
    connection = Connection("127.0.0.1", running.port)
    targets: dict[str, Target] = {}
    for size in sizes:
        pool = await service.furnish(connection, 0)
        await add_users(running, pool, size)
        targets[str(size)] = (running, pool)
    connection.close()
    return await latencies(targets)


async def by_pools(services: list[Service], sizes: list[int]) -> dict[str, dict[str, float]]:
    """Return the latencies with the given numbers of other pools, one server per number."""
    targets: dict[str, Target] = {}
    for running, size in zip(services, sizes, strict=True):
        connection = Connection("127.0.0.1", running.port)
        targets[str(size)] = (running, await service.furnish(connection, 100))
        for _ in range(size):
            await service.create_pool(connection, targets[str(size)][1])
        connection.close()
    return await latencies(targets)


async def memory(running: Service, users: int) -> dict[str, float]:
    """Return the resident megabytes before and after creating users for at most a minute."""
    connection = Connection("127.0.0.1", running.port)
    pool = await service.furnish(connection, 0)
    connection.close()
    before = running.resident_bytes()
    await add_users(running, pool, users, patience_seconds=60)
    return {
        "users": len(pool.users),
        "before_mb": round(before / 2**20, 1),
        "after_mb": round(running.resident_bytes() / 2**20, 1),
    }


async def _timed(work: Work, connection: Connection, pool: Furnished) -> float:
    began = time.perf_counter()
    await work(connection, pool)
    return time.perf_counter() - began


def largest_ratio(found: dict[str, dict[str, Any]]) -> float:
    """Return the worst ratio of a latency to that of the first size."""
    first = next(iter(found.values()))
    ratios: list[float] = [row[name] / first[name] for row in found.values() for name in first]
    return max(ratios)

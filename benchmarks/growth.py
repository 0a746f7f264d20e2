"""Measures the server with many users and many pools, and the memory that they take."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from benchmarks import calls
from benchmarks.calls import BenchmarkPool
from benchmarks.connection import Connection
from benchmarks.processes import Service
from benchmarks.throughput import Work

#: How many requests are in progress at once while users are created.
_CONCURRENT = 16
_TIMED: dict[str, Work] = {
    "USER_PASSWORD_AUTH": calls.sign_in_by_password,
    "USER_SRP_AUTH": calls.sign_in_by_srp,
    "ListUsers": calls.list_users,
    "ListUsers of one": calls.list_one,
}
_CALLS = 80


async def add_users(
    running: Service, pool: BenchmarkPool, upto: int, patience_seconds: float = 3_600
) -> None:
    """Create users up to this number, several at once, or until the time is up."""
    until = time.monotonic() + patience_seconds
    numbers = iter(range(len(pool.users), upto))

    async def some() -> None:
        connection = Connection("127.0.0.1", running.port)
        for number in numbers:
            if time.monotonic() > until:
                break
            await calls.add_user(connection, pool, number)
        connection.close()

    await asyncio.gather(*(some() for _ in range(_CONCURRENT)))


Place = tuple[Service, BenchmarkPool]


async def latencies(places: dict[str, Place]) -> dict[str, dict[str, float]]:
    """Return median milliseconds of each call in each place; taking turns shares bad moments."""
    connections = {
        name: Connection("127.0.0.1", running.port) for name, (running, _) in places.items()
    }
    found: dict[str, dict[str, float]] = {name: {} for name in places}
    for what, work in _TIMED.items():
        took: dict[str, list[float]] = {name: [] for name in places}
        for _ in range(_CALLS):
            for name, (_, pool) in places.items():
                took[name].append(await _timed(work, connections[name], pool))
        for name, seconds in took.items():
            found[name][what] = round(statistics.median(seconds) * 1000, 3)
    for connection in connections.values():
        connection.close()
    return found


async def by_users(running: Service, sizes: list[int]) -> dict[str, dict[str, float]]:
    """Return latencies in pools with these numbers of users."""
    connection = Connection("127.0.0.1", running.port)
    places: dict[str, Place] = {}
    for size in sizes:
        pool = await calls.make_pool(connection, 0)
        await add_users(running, pool, size)
        places[str(size)] = (running, pool)
    connection.close()
    return await latencies(places)


async def by_pools(services: list[Service], sizes: list[int]) -> dict[str, dict[str, float]]:
    """Return latencies with these numbers of other pools, each number on its own server."""
    places: dict[str, Place] = {}
    for running, size in zip(services, sizes, strict=True):
        connection = Connection("127.0.0.1", running.port)
        places[str(size)] = (running, await calls.make_pool(connection, 100))
        for _ in range(size):
            await calls.create_pool(connection, places[str(size)][1])
        connection.close()
    return await latencies(places)


async def memory(running: Service, users: int) -> dict[str, float]:
    """Return resident megabytes before and after this many users, or as many as fit in a minute."""
    connection = Connection("127.0.0.1", running.port)
    pool = await calls.make_pool(connection, 0)
    connection.close()
    before = running.resident_bytes()
    await add_users(running, pool, users, patience_seconds=60)
    return {
        "users": len(pool.users),
        "before_mb": round(before / 2**20, 1),
        "after_mb": round(running.resident_bytes() / 2**20, 1),
    }


async def _timed(work: Work, connection: Connection, pool: BenchmarkPool) -> float:
    began = time.perf_counter()
    await work(connection, pool)
    return time.perf_counter() - began


def largest_ratio(found: dict[str, dict[str, Any]]) -> float:
    """Return the largest ratio of a later size's latency to the first size's."""
    first = next(iter(found.values()))
    ratios: list[float] = [row[name] / first[name] for row in found.values() for name in first]
    return max(ratios)

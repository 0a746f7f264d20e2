"""How the server behaves with many users and many pools, and what they weigh."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any

from . import service
from .connection import Connection
from .processes import Service
from .service import Furnished
from .throughput import Work

#: How many requests are under way at once while users are made.
_ABREAST = 16
_TIMED: dict[str, Work] = {
    "USER_PASSWORD_AUTH": service.sign_in_by_password,
    "USER_SRP_AUTH": service.sign_in_by_srp,
    "ListUsers": service.list_users,
    "ListUsers of one": service.list_one,
}
_CALLS = 60


async def add_users(running: Service, pool: Furnished, upto: int) -> None:
    """Make users until there are so many, several at once."""
    numbers = iter(range(len(pool.users), upto))

    async def some() -> None:
        connection = Connection("127.0.0.1", running.port)
        for number in numbers:
            await service.add_user(connection, pool, number)
        connection.close()

    await asyncio.gather(*(some() for _ in range(_ABREAST)))


async def latencies(running: Service, pool: Furnished) -> dict[str, float]:
    """Median milliseconds of each call, one after the other."""
    connection = Connection("127.0.0.1", running.port)
    found = {}
    for name, work in _TIMED.items():
        await work(connection, pool)
        took = [await _timed(work, connection, pool) for _ in range(_CALLS)]
        found[name] = round(statistics.median(took) * 1000, 3)
    connection.close()
    return found


async def by_users(
    running: Service, sizes: list[int], say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Latencies with so many users in one pool."""
    connection = Connection("127.0.0.1", running.port)
    pool = await service.furnish(connection, 0)
    connection.close()
    found: dict[str, dict[str, float]] = {}
    for size in sizes:
        await add_users(running, pool, size)
        found[str(size)] = await latencies(running, pool)
        say(f"{size:,} users: {found[str(size)]}")
    return found


async def by_pools(
    running: Service, sizes: list[int], say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Latencies with so many pools beside the one that is asked."""
    connection = Connection("127.0.0.1", running.port)
    pool = await service.furnish(connection, 100)
    made, found = 0, {}
    for size in sizes:
        while made < size:
            await service.create_pool(connection, pool)
            made += 1
        found[str(size)] = await latencies(running, pool)
        say(f"{size:,} pools: {found[str(size)]}")
    connection.close()
    return found


async def memory(running: Service, users: int) -> dict[str, float]:
    """Resident megabytes before and after so many users."""
    connection = Connection("127.0.0.1", running.port)
    pool = await service.furnish(connection, 0)
    connection.close()
    before = running.resident_bytes()
    await add_users(running, pool, users)
    return {
        "users": users,
        "before_mb": round(before / 2**20, 1),
        "after_mb": round(running.resident_bytes() / 2**20, 1),
    }


async def _timed(work: Work, connection: Connection, pool: Furnished) -> float:
    began = time.perf_counter()
    await work(connection, pool)
    return time.perf_counter() - began


def largest_ratio(found: dict[str, dict[str, Any]]) -> float:
    """How many times the first size's latency any later one has, at worst."""
    first = next(iter(found.values()))
    ratios: list[float] = [row[name] / first[name] for row in found.values() for name in first]
    return max(ratios)

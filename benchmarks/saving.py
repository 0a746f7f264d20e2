"""How long saving the state of many users takes, and how long other calls wait for it.

    python -m benchmarks.saving --users 100000

A server keeps its state in a file. While it saves, one client signs in by password and another one
lists users, each call right after the one before. The figures are the time of the save, the median
and the longest call with and without a save, and the time from SIGTERM until the state is saved
once more. On a busy machine, compare the seconds of the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import calls
from benchmarks.calls import BenchmarkPool
from benchmarks.connection import Connection
from benchmarks.processes import Service, free_port, running
from harness.emulator.engine import Engine
from harness.emulator.state import StateFile

#: How many calls each client sends to measure the time without a save.
_CALLS = 200


@dataclass(frozen=True)
class Figures:
    """What one server needed.

    Attributes:
        seconds: the time of ``POST /_harness/state``.
        processor: the seconds of the processor that the server took for it, with the calls.
        saved: what the server reported.
        without: milliseconds of each call before the save.
        during: milliseconds of each call during the save.
        stopped_in: seconds from SIGTERM until the file is replaced.
    """

    seconds: float
    processor: float
    saved: dict[str, Any]
    without: list[float]
    during: list[float]
    stopped_in: float


def fill(path: Path, users: int, *, secrets: bool) -> BenchmarkPool:
    """Write a state with this many users, without a server."""
    engine = Engine()
    pool_id = engine.call("CreateUserPool", {"PoolName": "benchmark"})["UserPool"]["Id"]
    client = engine.call(
        "CreateUserPoolClient",
        {"UserPoolId": pool_id, "ClientName": "app", "ExplicitAuthFlows": calls.FLOWS},
    )
    made = BenchmarkPool(pool_id, client["UserPoolClient"]["ClientId"], [])
    for number in range(users):
        name = f"user-{number:06}@example.com"
        named = {"UserPoolId": pool_id, "Username": name}
        attributes = [{"Name": "email", "Value": name}]
        given = {**named, "MessageAction": "SUPPRESS", "UserAttributes": attributes}
        engine.call("AdminCreateUser", given)
        password = {**named, "Password": calls.PASSWORD, "Permanent": True}
        engine.call("AdminSetUserPassword", password)
        made.users.append(name)
    StateFile(path, secrets=secrets).save(engine)
    return made


def measure(users: int, folder: Path, *, secrets: bool) -> Figures:
    """Serve a state with this many users, and save it while clients call."""
    path, port = folder / f"state-{secrets}.json", free_port()
    pool = fill(path, users, secrets=secrets)
    command = [sys.executable, "-m", "harness.cli", "serve", "--port", str(port)]
    command += ["--state", str(path), *(["--state-secrets"] if secrets else [])]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with running(f"saving-{secrets}", command, port, environment, folder, 900) as server:
        found = asyncio.run(_save(server, pool))
        return Figures(*found, _stop(server, path))


def _stop(server: Service, path: Path) -> float:
    """Stop the server; return the seconds until it has saved its state."""
    before, began = path.stat().st_ino, time.perf_counter()
    os.kill(server.pid, signal.SIGTERM)
    while path.stat().st_ino == before:
        time.sleep(0.01)
    return time.perf_counter() - began


async def _save(
    server: Service, pool: BenchmarkPool
) -> tuple[float, float, dict[str, Any], list[float], list[float]]:
    saver, first, second = (Connection("127.0.0.1", server.port) for _ in range(3))
    # Without secrets, nobody has a password until an administrator sets it.
    for name in pool.users[:10]:
        given: dict[str, Any] = {"UserPoolId": pool.pool_id, "Username": name}
        await first.call("AdminSetUserPassword", **given, Password=calls.PASSWORD, Permanent=True)
    some = pool.of(pool.users[:10])
    over = asyncio.Event()
    without = await _calls(first, second, some, over, _CALLS)
    during = asyncio.create_task(_calls(first, second, some, over, None))
    processor, began = server.cpu_seconds(), time.perf_counter()
    saved = await saver.control("state", post=True)
    seconds, processor = time.perf_counter() - began, server.cpu_seconds() - processor
    over.set()
    found = (seconds, processor, saved, without, await during)
    for connection in (saver, first, second):
        connection.close()
    return found


async def _calls(
    first: Connection,
    second: Connection,
    pool: BenchmarkPool,
    over: asyncio.Event,
    most: int | None,
) -> list[float]:
    """Send calls on both connections until it is over; return their milliseconds."""
    took: list[float] = []

    async def client(connection: Connection, work: Any) -> None:
        sent = 0
        while not over.is_set() and (most is None or sent < most):
            began = time.perf_counter()
            await work(connection, pool)
            took.append((time.perf_counter() - began) * 1000)
            sent += 1

    await asyncio.gather(client(first, calls.sign_in_by_password), client(second, calls.list_users))
    return took


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.saving", description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    users = parser.parse_args().users
    print(
        f"{'':16} {'save':>8} {'CPU':>8} {'size':>8} {'calls':>6} {'median':>9} {'longest':>9}"
        f" {'without':>9} {'longest':>9} {'stop':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for secrets in (False, True):
            found = measure(users, Path(folder), secrets=secrets)
            size = found.saved["bytes"] / 2**20
            print(
                f"{'with secrets' if secrets else 'without secrets':16} {found.seconds:6.1f} s"
                f" {found.processor:6.1f} s {size:5.0f} MB {len(found.during):6}"
                f" {statistics.median(found.during):6.1f} ms {max(found.during):6.1f} ms"
                f" {statistics.median(found.without):6.1f} ms {max(found.without):6.1f} ms"
                f" {found.stopped_in:6.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()

"""Measures everything side by side, in one run on one machine.

python -m benchmarks                 # everything, about a quarter of an hour
python -m benchmarks --quick         # a rough look, a minute or two
python -m benchmarks --only http     # one part: starting, in-process, load, http, memory, growth
python -m benchmarks --only starting --page    # this part of docs/performance.md alone
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import growth, in_process, page, starting, throughput
from benchmarks.floor import server_floor
from benchmarks.load import LoadRun
from benchmarks.peers import PEERS, Peer
from benchmarks.processes import Service

CACHE = Path(".cognito-harness") / "benchmarks"


def say(line: str) -> None:
    """Print progress."""
    print(line, flush=True)


class Run:
    """One run; ``quick`` means few rounds and small sizes."""

    def __init__(self, *, quick: bool, peers: list[Peer], folder: Path) -> None:
        self._rounds, self._seconds = (1, 0.5) if quick else (3, 1.5)
        self._flows = 10 if quick else 40
        self._starts = 3 if quick else 9
        self._users = 1_000 if quick else 10_000
        self._sizes = [100, 1_000] if quick else [100, 1_000, 10_000, 100_000]
        self._pools = [1, 100] if quick else [1, 100, 1_000]
        self._peers, self._folder = peers, folder
        self._load = LoadRun(quick=quick, folder=folder)

    def starting(self) -> dict[str, Any]:
        """Measure the time from nothing to the first response, and the memory after it."""
        return starting.measure(self._peers, self._folder, self._starts)

    def in_process(self) -> dict[str, Any]:
        """Measure without HTTP."""
        flow = in_process.full_flow(self._flows)
        return {"full_flow": flow, "calls": in_process.beside_moto(self._flows)}

    def load(self) -> dict[str, Any]:
        """Measure what load costs: flows, clients, traces, pytest, Locust."""
        return self._load.measure()

    def http(self) -> dict[str, Any]:
        """Measure every service over HTTP, and the floor of its sign-ins."""
        with ExitStack() as stack:
            services = [(p, stack.enter_context(p.serving(self._folder))) for p in self._peers]
            rates = asyncio.run(self._compared(services))
        floors = {
            "USER_PASSWORD_AUTH": server_floor(0, 2),
            "USER_SRP_AUTH": server_floor(1, 2),
            "USER_SRP_AUTH with device": server_floor(2, 2),
        }
        milliseconds = {name: round(value * 1000, 3) for name, value in floors.items()}
        return {"rates": rates, "floor_ms": milliseconds}

    async def _compared(self, services: list[tuple[Peer, Service]]) -> dict[str, Any]:
        readies = [await throughput.make_ready(peer, service) for peer, service in services]
        return await throughput.compare(readies, self._rounds, self._seconds, say)

    def memory(self) -> dict[str, Any]:
        """Measure the memory that users take, one service after another."""
        found = {}
        for peer in self._peers:
            with peer.serving(self._folder) as service:
                found[peer.name] = asyncio.run(growth.memory(service, self._users))
            say(f"memory of {peer.name}: {found[peer.name]}")
        return found

    def growth(self) -> dict[str, Any]:
        """Measure the harness alone with many users and many pools."""
        ours = next(peer for peer in PEERS if peer.name == "harness")
        with ours.serving(self._folder) as service:
            users = asyncio.run(growth.by_users(service, self._sizes))
        say(f"users: {users}")
        with ExitStack() as stack:
            services = [stack.enter_context(ours.serving(self._folder)) for _ in self._pools]
            pools = asyncio.run(growth.by_pools(services, self._pools))
        say(f"pools: {pools}")
        return {"users": users, "pools": pools}


def main() -> int:
    """Measure, and write the results."""
    chosen = _arguments()
    peers = [peer for peer in PEERS if not chosen.peer or peer.name in chosen.peer]
    CACHE.mkdir(parents=True, exist_ok=True)
    run = Run(quick=chosen.quick, peers=peers, folder=CACHE.resolve())
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "starting": run.starting,
        "in-process": run.in_process,
        "load": run.load,
        "http": run.http,
        "memory": run.memory,
        "growth": run.growth,
    }
    found: dict[str, Any] = {"environment": page.environment()}
    for name, part in parts.items():
        if not chosen.only or name in chosen.only:
            say(f"== {name}")
            found[name] = part()
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    say(f"written: {chosen.output}")
    if chosen.page:
        page.write(found)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and small sizes")
    parser.add_argument("--only", action="append", help="only this part; may be repeated")
    parser.add_argument("--peer", action="append", help="only this service; may be repeated")
    parser.add_argument("--output", type=Path, default=CACHE / "results.json")
    parser.add_argument(
        "--page", action="store_true", help="rewrite these parts of docs/performance.md"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

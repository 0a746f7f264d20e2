"""Measures what load costs: flows per core, clients, SRP engines, traces, pytest and Locust.

    python -m benchmarks.load                  # everything, about ten minutes
    python -m benchmarks.load --quick          # a rough look
    python -m benchmarks.load --only clients   # one part
    python -m benchmarks.load --page           # also writes the tables of docs/load.md

Each part compares in one run: what is compared takes turns, and the figures are medians. Processor
time is that of the process that sends the calls, unless a line says otherwise.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.child_cpu import run_all, run_one
from benchmarks.peers import PEERS
from benchmarks.processes import Service

CACHE = Path(".cognito-harness") / "benchmarks"
_WORKER = [sys.executable, "-m", "benchmarks.flow_worker"]
_OURS = next(peer for peer in PEERS if peer.name == "harness")


def worker(*arguments: str) -> list[str]:
    """Return the command of a process that repeats one flow."""
    return [*_WORKER, *arguments]


def measured(command: list[str]) -> dict[str, float]:
    """Run a worker and return what it printed."""
    found: dict[str, float] = json.loads(run_one(command).output)
    return found


class LoadRun:
    """One run; ``quick`` means few rounds and few flows."""

    def __init__(self, *, quick: bool, folder: Path) -> None:
        self._rounds = 1 if quick else 3
        self._flows = 20 if quick else 100
        self._folder = folder

    def flows(self) -> dict[str, float]:
        """Measure whole flows per second: in process and served, with one and two processes."""
        command = worker("--workload", "full", "--flows", str(self._flows))
        found = {f"in process, {n} at once": self._rate(command, n) for n in (1, 2)}
        with _OURS.serving(self._folder) as service:
            served = [*command, "--endpoint-url", url_of(service)]
            found |= {f"served, {n} at once": self._rate(served, n) for n in (1, 2)}
        return found

    def clients(self) -> dict[str, float]:
        """Measure processor milliseconds of a device sign-in, by client and by SRP engine."""
        kinds = {
            "boto3, native SRP": ("--client", "boto3"),
            "lean client, native SRP": ("--client", "lean"),
            "boto3, pycognito's SRP": ("--client", "boto3", "--engine", "pycognito"),
            "boto3, warrant's SRP": ("--client", "boto3", "--engine", "warrant"),
        }
        with _OURS.serving(self._folder) as service:
            shared = ("--workload", "device", "--flows", str(self._flows))
            commands = {
                name: worker(*shared, "--endpoint-url", url_of(service), *more)
                for name, more in kinds.items()
            }
            return self._by_turns(commands)

    def trace(self) -> dict[str, float]:
        """Measure processor milliseconds of a whole flow in process, without and with a trace."""
        plain = worker("--workload", "full", "--flows", str(self._flows))
        return self._by_turns({"without a trace": plain, "with a trace": [*plain, "--trace"]})

    def _rate(self, command: list[str], processes: int) -> float:
        """Return the flows per second of so many processes at once."""
        rates = []
        for _ in range(self._rounds):
            results = [json.loads(child.output) for child in run_all([command] * processes)]
            rates.append(sum(result["flows"] / result["seconds"] for result in results))
        return round(statistics.median(rates), 1)

    def _by_turns(self, commands: dict[str, list[str]]) -> dict[str, float]:
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(self._rounds):
            for name, command in commands.items():
                result = measured(command)
                taken[name].append(result["cpu_seconds"] / result["flows"] * 1000)
        return {name: round(statistics.median(row), 2) for name, row in taken.items()}


def url_of(service: Service) -> str:
    """Return the URL of a served emulator."""
    return f"http://127.0.0.1:{service.port}"


def main() -> int:
    """Measure, and print the results."""
    chosen = _arguments()
    CACHE.mkdir(parents=True, exist_ok=True)
    run = LoadRun(quick=chosen.quick, folder=CACHE.resolve())
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "flows": run.flows,
        "clients": run.clients,
        "trace": run.trace,
    }
    for name, part in parts.items():
        if not chosen.only or name in chosen.only:
            print(json.dumps({name: part()}, indent=2), flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and few flows")
    parser.add_argument("--only", action="append", help="only this part; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

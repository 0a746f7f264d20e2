"""Measures what load costs: flows per core, clients, SRP engines, traces, pytest and Locust.

Each part compares in one run: what is compared takes turns, and the figures are medians. Processor
time is that of the process that sends the calls; in process that is both halves.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.child_cpu import run_all, run_one
from benchmarks.locust_runs import locust_runs
from benchmarks.peers import PEERS
from benchmarks.processes import Service

#: The tests that are spread over workers.
TESTS = 200

_WORKER = [sys.executable, "-m", "benchmarks.flow_worker"]
_FLOW_TEST = Path(__file__).parent / "flow_as_test.py"
_OURS = next(peer for peer in PEERS if peer.name == "harness")


def worker(*arguments: str) -> list[str]:
    """Return the command of a process that repeats one flow."""
    return [*_WORKER, *arguments]


def measured(command: list[str]) -> dict[str, Any]:
    """Run a worker and return what it printed."""
    found: dict[str, Any] = json.loads(run_one(command).output)
    return found


class LoadRun:
    """One run; ``quick`` means few rounds and few flows."""

    def __init__(self, *, quick: bool, folder: Path) -> None:
        self._rounds = 1 if quick else 3
        self._flows = 20 if quick else 100
        self._folder = folder

    def measure(self) -> dict[str, Any]:
        """Measure every part."""
        return {
            "flows": self.flows(),
            "clients": self.clients(),
            "trace": self.trace(),
            "pytest": self.pytest(),
            "workers": self.workers(),
            "locust": self.locust(),
        }

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
        flows = self._flows * self._rounds
        found = measured(worker("--workload", "traced", "--flows", str(flows)))
        return {
            name: round(one["cpu_seconds"] / one["flows"] * 1000, 2) for name, one in found.items()
        }

    def locust(self) -> dict[str, dict[str, float]]:
        """Measure the processor time of Locust for device sign-ins: ours, and by hand."""
        rate, by_hand, seconds = (40, 4, 8) if self._rounds == 1 else (120, 8, 20)
        runs = locust_runs(self._folder, rate, by_hand, seconds)
        return {
            name: {
                "per_second": round(run.per_second, 1),
                "cores": round(run.cores, 2),
                "cpu_ms": round(run.cpu_ms, 2),
            }
            for name, run in runs.items()
        }

    def pytest(self) -> dict[str, float]:
        """Measure processor milliseconds of a whole flow: in a loop, and as a test of pytest."""
        flows = self._flows
        loop = worker("--workload", "full", "--flows", str(flows))
        taken: dict[str, list[float]] = {"in a loop": [], "as a test": []}
        for _ in range(self._rounds):
            result = measured(loop)
            taken["in a loop"].append(result["cpu_seconds"] / flows * 1000)
            few, many = (run_one(_repeated(count)).cpu_seconds for count in (1, flows + 1))
            taken["as a test"].append((many - few) / flows * 1000)
        return {name: round(statistics.median(row), 2) for name, row in taken.items()}

    def workers(self) -> dict[str, float]:
        """Measure seconds of the same tests without xdist, and with one worker and two."""
        return {
            f"-n {number}": round(run_one([*_repeated(TESTS), "-n", str(number)]).seconds, 1)
            for number in (0, 1, 2)
        }

    def _rate(self, command: list[str], processes: int) -> float:
        """Return the flows per second of so many processes at once."""
        rates: list[float] = []
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


def _repeated(count: int) -> list[str]:
    """Return a run of pytest that takes so many people through the whole flow."""
    options = ("-q", "-p", "no:cacheprovider", f"--cognito-repeat={count}")
    return [sys.executable, "-m", "pytest", *options, str(_FLOW_TEST)]


def url_of(service: Service) -> str:
    """Return the URL of a served emulator."""
    return f"http://127.0.0.1:{service.port}"

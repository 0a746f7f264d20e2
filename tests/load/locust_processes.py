"""Locust's processes of one load run, and what their report and the server say they sent."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from harness.clock import stopwatch
from harness.load.plan import PLAN_VARIABLE
from harness.load.run import LOCUSTFILE
from harness.targets.control import ControlSurface
from tests.cli.processes import COMMAND

__all__ = [
    "LocustRun",
    "Reported",
    "by_operation",
    "counted",
    "locust_run",
    "prepared",
    "reported",
    "wait_for_calls",
]

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Reported:
    """A line of the table: requests of all kinds, and how many of them were throttled or failed."""

    requests: int
    throttled: int
    refused: int
    failed: int


def prepared(url: str, folder: Path, profile: str, *arguments: str) -> Path:
    """Prepare people for a profile at a served emulator, and return the plan."""
    (folder / "profile.toml").write_text(profile, encoding="utf-8")
    plan = folder / "plan.json"
    done = subprocess.run(
        [
            *(*COMMAND, "load", "--endpoint-url", url, "--prepare", str(plan)),
            *("--profile", "profile.toml", "--journal", "journals", *arguments),
        ],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return plan


def counted(url: str) -> Counter[str]:
    """Return how many calls of each operation the server has counted, with every outcome."""
    calls = ControlSurface(url).calls()
    return Counter({operation: sum(outcomes.values()) for operation, outcomes in calls.items()})


def wait_for_calls(url: str, operation: str, count: int) -> None:
    """Wait until the server has counted so many more calls of an operation.

    Raises:
        TimeoutError: they did not come in time.
    """
    wanted, left = counted(url)[operation] + count, stopwatch()
    while counted(url)[operation] < wanted:
        if left() > PATIENCE_SECONDS:
            raise TimeoutError(f"there were no {count} calls of {operation}")
        Event().wait(0.1)


def reported(table: str) -> dict[str, Reported]:
    """Return the lines of the table by the name of the request, and the line ``total``."""
    found = {}
    # Locust's own tables come before it.
    for line in table.rpartition(" throttled ")[2].splitlines():
        match = re.match(r"(\S.*?)\s{2,}(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+[\d.-]+\s", line)
        if match is not None:
            found[match[1]] = Reported(*(int(match[number]) for number in range(2, 6)))
    return found


def by_operation(table: dict[str, Reported]) -> Counter[str]:
    """Return the requests of each operation in a table."""
    found: Counter[str] = Counter()
    for name, line in table.items():
        if name != "total":
            found[name.partition(" ")[0]] += line.requests
    return found


class LocustRun:
    """A master and its workers, each a process of its own.

    Args:
        plan: the plan of the run.
        master_prefix: what the master's command begins with, such as ``ip netns exec …``.
        host: the address of the master, as the workers see it.
    """

    def __init__(
        self, plan: Path, *, master_prefix: Sequence[str] = (), host: str = "127.0.0.1"
    ) -> None:
        self._plan = plan
        self._master_prefix = tuple(master_prefix)
        self._host = host
        self._port = _free_port()
        self._processes = ExitStack()
        self._logs: list[IO[str]] = []
        self.workers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> LocustRun:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.close()

    def begin(self, workers: int, *options: str) -> None:
        """Start a master that waits for so many workers.

        Args:
            workers: how many it waits for.
            options: Locust's options for the size of the run.
        """
        self._master = self._start(
            [
                *("--master", "--master-bind-port", str(self._port), "--headless"),
                *("--expect-workers", str(workers), "--stop-timeout", "10", "--only-summary"),
                *options,
            ],
            self._master_prefix,
        )

    def add_worker(self, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start one more worker."""
        address = ["--master-host", self._host, "--master-port", str(self._port)]
        worker = self._start(["--worker", *address], tuple(prefix))
        self.workers.append(worker)
        return worker

    def end(self) -> tuple[int, str]:
        """Wait for the end of the run, and return the master's exit code and what it printed."""
        code = self._master.wait(PATIENCE_SECONDS)
        self._logs[0].seek(0)
        return code, self._logs[0].read()

    def _start(self, options: list[str], prefix: tuple[str, ...]) -> subprocess.Popen[str]:
        log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self._processes.enter_context(log)
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *options],
            cwd=self._plan.parent,
            env={**_environment(), PLAN_VARIABLE: str(self._plan)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
        )
        self._logs.append(log)
        self._processes.callback(_end, process)
        return process


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


def _environment() -> dict[str, str]:
    unset = ("COGNITO_HARNESS_", "AWS_", "LOCUST_")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(unset)}
    return {**inherited, "PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def locust_run(plan: Path, workers: int, *options: str) -> Iterator[LocustRun]:
    """Start a master and its workers for a block."""
    with LocustRun(plan) as run:
        run.begin(workers, *options)
        for _ in range(workers):
            run.add_worker()
        yield run

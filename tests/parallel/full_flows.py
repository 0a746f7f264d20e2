"""Runs of full flows, from sign-up to a sign-in on a remembered device, in two workers.

``python -m tests.parallel.full_flows 10000`` runs so many, and prints the memory of each worker
beside that of a run of as many empty tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.sources import ROOT

FLOW = """
import pytest
from harness import DeviceTracking, SignInContext

@pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())
def test_full_flow(cognito_tracked_device, cognito_sign_in, cognito_auth_flow, note):
    person, device = cognito_tracked_device.person, cognito_tracked_device.device
    context = SignInContext.for_person(person, device=device)
    result = cognito_sign_in.run(context, cognito_auth_flow)
    assert result.steps[-2:] == ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
    assert "SOFTWARE_TOKEN_MFA" not in result.steps
    note(person.username)
"""
#: As many tests of pytest alone, to tell its memory from that of the harness.
EMPTY = """
import pytest

@pytest.mark.repeat({count})
def test_nothing(note): note("nobody")
"""
CONFTEST = """
import os
import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

def resident_kilobytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

@pytest.fixture
def note():
    def write(name):
        with open(f"names-{WORKER}.txt", "a") as file:
            print(name, file=file)
    return write

done = 0

def pytest_runtest_logfinish():
    global done
    done += 1
    if done % EVERY == 0 and os.path.exists("/proc/self/statm"):
        with open(f"memory-{WORKER}.txt", "a") as file:
            print(done, resident_kilobytes(), file=file)
"""


@dataclass(frozen=True)
class Flows:
    """What a run of flows left behind.

    Attributes:
        output: what pytest printed.
        code: its exit code.
        names: the usernames of all flows, by worker.
        memory: resident kilobytes by the number of tests that the worker has done, by worker.
        latencies: the file of ``--cognito-latencies``.
    """

    output: str
    code: int
    names: dict[str, list[str]]
    memory: dict[str, dict[int, int]]
    latencies: dict[str, Any]


def run_flows(folder: Path, count: int, *arguments: str, every: int = 100) -> Flows:
    """Run full flows in two workers, and return what they left behind."""
    options = (f"--cognito-repeat={count}", "--cognito-latencies=latencies.json", *arguments)
    return _run(folder, FLOW, every, "-p", "harness.plugin", *options)


def run_empty_tests(folder: Path, count: int, *, every: int = 100) -> Flows:
    """Run empty tests in the same way, without the plugin."""
    return _run(folder, EMPTY.format(count=count), every, "-p", "no:harness.plugin")


def _run(folder: Path, source: str, every: int, *arguments: str) -> Flows:
    folder.joinpath("test_flows.py").write_text(source, encoding="utf-8")
    conftest = CONFTEST.replace("EVERY", str(every))
    folder.joinpath("conftest.py").write_text(conftest, encoding="utf-8")
    plugins = ("-p", "xdist.plugin", "-p", "pytest_repeat", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *plugins, *arguments, "test_flows.py"],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    latencies = folder / "latencies.json"
    return Flows(
        output=done.stdout + done.stderr,
        code=done.returncode,
        names={
            path.stem.partition("-")[2]: path.read_text(encoding="utf-8").split()
            for path in sorted(folder.glob("names-*.txt"))
        },
        memory={
            path.stem.partition("-")[2]: _pairs(path)
            for path in sorted(folder.glob("memory-*.txt"))
        },
        latencies=json.loads(latencies.read_text("utf-8")) if latencies.exists() else {},
    )


def _pairs(path: Path) -> dict[int, int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {int(done): int(kilobytes) for done, kilobytes in map(str.split, lines)}


def _environment() -> dict[str, str]:
    """Return the environment without the settings of an outer run."""
    outer = ("AWS_", "COGNITO_HARNESS_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    # Other people's plugins would only cost time; those that a run needs are named.
    return {**kept, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _show(flows: Flows) -> None:
    for worker, memory in flows.memory.items():
        shown = [f"{done}: {kilobytes / 1024:.1f} MB" for done, kilobytes in memory.items()]
        print(f"{worker}: " + ", ".join(shown))


def main(count: int) -> int:
    """Run so many flows, then as many empty tests, and print the memory of both."""
    every = max(count // 20, 1)
    with tempfile.TemporaryDirectory() as folder:
        flows = run_flows(Path(folder), count, every=every)
        print(flows.output[-6000:])
        _show(flows)
    with tempfile.TemporaryDirectory() as folder:
        print("empty tests")
        _show(run_empty_tests(Path(folder), count, every=every))
    return flows.code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

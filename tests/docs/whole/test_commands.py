"""Tests that run every command of the documentation that can be run here."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.docs.blocks import Line, lines
from tests.docs.how_run import How, how_line
from tests.docs.whole.world import World
from tests.support.sources import ROOT

#: What makes a command short, by its first words. The last of two options counts.
_SHORTER = {
    "conform": ["-k", "test_main_job and user_password"],
    "selfcheck": ["--list"],
}
#: A finding is a result too: of an audit, of a comparison, of a service that differs.
_MAY_FIND = ("audit", "diff", "conform", "report")


def of(how: How) -> list[Line]:
    """Return the commands that are run in one way."""
    return [line for line in lines() if how_line(line) is how]


def start(world: World, arguments: list[str]) -> subprocess.Popen[str]:
    """Start the command in the folder of the world."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=world.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(world: World, arguments: list[str], timeout: int = 300) -> tuple[int, str]:
    """Run the command to its end, and return its exit code and output."""
    process = start(world, arguments)
    output, _ = process.communicate(timeout=timeout)
    return process.returncode, output


def environment() -> dict[str, str]:
    """Return the variables without those that decide what a command does."""
    left_out = ("AWS_", "COGNITO_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


@pytest.mark.parametrize("line", of(How.COMMAND), ids=str)
def test_a_command_does_what_it_is_for(world: World, line: Line) -> None:
    """The command ends as the page lets one expect; only a finding may make it end with 1."""
    words = shlex.split(world.told(shlex.join(line.words)))[1:]
    words += _SHORTER.get(words[0], [])
    if words[0] == "seed" and not {"--file", "--schema"} & set(words):
        words += ["--file", "seed.yaml"]  # this server was not started with one
    code, output = ended(world, ["harness.cli", *words])
    allowed = {0, 1} if words[0] in _MAY_FIND else {0}
    assert code in allowed, output
    assert "Traceback" not in output, output


@pytest.mark.parametrize("line", of(How.SERVER), ids=str)
def test_a_server_answers_until_it_is_stopped(world: World, line: Line) -> None:
    """The server says where it listens, answers there, and ends in order."""
    words = [*line.words[1:], "--host", "127.0.0.1", "--port", "0"]
    process = start(world, ["harness.cli", *words])
    assert process.stdout is not None
    try:
        url = next(
            found[1]
            for text in process.stdout
            for found in [re.search(r"(https?://127\.0\.0\.1:\d+)", text)]
            if found
        )
        if url.startswith("http:"):
            with urllib.request.urlopen(f"{url}/_harness/health", timeout=20) as answer:
                assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output


@pytest.mark.parametrize("line", of(How.SCENARIOS), ids=str)
def test_a_run_takes_its_options(world: World, line: Line) -> None:
    """The main job runs with these options; a choice among all scenarios chooses some of them."""
    words = shlex.split(world.told(shlex.join(line.words)))[1:]
    chooses = "-k" in words or "-m" in words
    where = ROOT / "scenarios" / ("" if chooses else "test_main_job.py")
    words += ["-p", "no:cacheprovider", "--rootdir", str(ROOT), "-c", str(ROOT / "pytest.ini")]
    words += ["--collect-only", "-q"] if chooses else []
    words += ["--cognito-repeat", "2"] if "--cognito-repeat" in words else []
    code, output = ended(world, ["pytest", str(where), *words])
    assert code == 0, output
    assert re.search(r"\d+ passed|\d+/\d+ tests collected|\d+ skipped", output), output


@pytest.mark.parametrize("line", of(How.LOAD), ids=str)
def test_a_load_run_ends_in_a_table(world: World, line: Line) -> None:
    """Some users sign in as the options say, or what the command prepares and removes is there."""
    words = shlex.split(world.told(shlex.join(line.words)))[1:]
    if "--remove" in words:
        earlier = next(other for other in of(How.LOAD) if "--prepare" in other.words)
        prepare = shlex.split(world.told(shlex.join(earlier.words)))[1:]
        assert ended(world, ["harness.cli", *prepare, "--users", "8"])[0] == 0
    code, output = ended(world, ["harness.cli", *words, *a_little(words)])
    assert code == 0, output


def a_little(words: list[str]) -> list[str]:
    """Return the options that make a load run short; the last of two options counts."""
    if "--remove" in words:
        return []
    if "--prepare" in words:
        return ["--users", "8"]
    if "--ramp" in words:
        return ["--max-rate", "4", "--step-time", "2s"]
    if "--profile" in words:
        return []
    return ["--users", "4", "--spawn-rate", "4", "--run-time", "2s", "--processes", "1"]

"""``cognito-harness selfcheck`` as a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.app import run
from harness.selfcheck.faults import FAULTS
from harness.selfcheck.result import End, Result, read_result_file
from tests.selfcheck.page import RESULT
from tests.support.sources import ROOT

SESSIONS = str(ROOT / "scenarios" / "test_sessions.py")
COMMAND = (sys.executable, "-m", "harness.cli", "selfcheck")


def test_list_shows_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """``--list`` has one line for each fault, with its area and what is wrong."""
    assert run(["selfcheck", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{fault.id} ({fault.area}): {fault.wrong}" for fault in FAULTS]


def test_pattern_chooses_by_id_and_by_area(capsys: pytest.CaptureFixture[str]) -> None:
    """``--faults`` takes the pattern of an id or of an area, more than once."""
    given = ["--faults", "sessions", "--faults", "any-totp-*"]
    assert run(["selfcheck", "--list", *given]) == 0
    lines = capsys.readouterr().out.splitlines()
    areas = {line.partition("(")[2].partition(")")[0] for line in lines}
    assert areas == {"sessions", "second factor"}
    assert sum("(second factor)" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--faults", "unheard-*"], "--faults: cannot use 'unheard-*'; no fault has such an id"),
        (["--workers", "0"], "--workers: cannot use '0'; it must be a whole number from 1 to 64"),
        (["--workers", "two"], "--workers: cannot use 'two'; it must be a whole number"),
        (
            ["--scenarios", "docs"],
            "--scenarios: cannot use 'docs'; it must be the folder of the scenarios",
        ),
        (["--json", "nowhere/result.json"], "--json: cannot use 'nowhere/result.json'"),
        (["--json", "docs"], "--json: cannot use 'docs'; it is a folder and must be a file"),
        (["--list", "--workers", "7"], "--workers: cannot use '7'; it has no effect with"),
        (["--workers", "999"], "--workers: cannot use '999'; it must be a whole number from 1"),
        (["--list", "--json", "result.json"], "--json: cannot use 'result.json'; it has no effect"),
        (["--list", "--scenarios", "docs"], "--scenarios: cannot use 'docs'; it has no effect"),
    ],
)
def test_misuse_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be used is said in one line, before anything is planted."""
    assert run(["selfcheck", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_scenarios_without_settings_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of scenarios with no pytest.ini above it is misuse, and no traceback."""
    (tmp_path / "conftest.py").write_text("")
    assert run(["selfcheck", "--scenarios", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "there must be a pytest.ini in a folder above it" in said
    assert said.count("\n") == 1


def test_result_is_shown_though_it_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be written any more at the end loses nothing of what is shown."""
    output = tmp_path / "folder" / "result.json"
    output.parent.mkdir()
    result = replace(read_result_file(RESULT), whole=False)

    def found(*_: object) -> Result:
        output.parent.rmdir()
        return result

    monkeypatch.setattr("harness.selfcheck.run.selfcheck", found)
    assert run(["selfcheck", "--json", str(output)]) == 2
    shown = capsys.readouterr()
    assert f"{len(result.faults)} of {len(result.faults)} faults noticed" in shown.out
    assert "--json: cannot use" in shown.err
    assert shown.err.count("\n") == 1


def test_noticed_fault_is_a_success(tmp_path: Path) -> None:
    """A run that notices its faults exits with 0, and writes what it found."""
    output = tmp_path / "result.json"
    done = subprocess.run(
        [*COMMAND, "--scenarios", SESSIONS, "--faults", "session-again", "--json", str(output)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 faults noticed" in done.stdout
    (found,) = read_result_file(output).faults
    assert (found.id, found.end) == ("session-again", End.NOTICED)


def test_unnoticed_fault_is_a_finding() -> None:
    """A run in which a fault stays green exits with 1, and lists it."""
    done = subprocess.run(
        [*COMMAND, "--scenarios", SESSIONS, "--faults", "filter-ignored", "--workers", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "  filter-ignored: ListUsers ignores the filter: stays green" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the children are read from /proc")
def test_interrupt_ends_the_workers() -> None:
    """Ctrl-C ends the run with 130 and one line, and no process of it is left."""
    running = subprocess.Popen(
        [*COMMAND, "--scenarios", SESSIONS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert "pass on a truthful Cognito" in running.stdout.readline()
    children = _children(running.pid)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert errors == "cognito-harness: stopped\n"
    assert children
    assert [child for child in children if _is_alive(child)] == []


def test_interrupted_run_keeps_what_it_has_found(tmp_path: Path) -> None:
    """Ctrl-C shows and writes the faults that were tried, and says that others were not."""
    output = tmp_path / "result.json"
    running = subprocess.Popen(
        [*COMMAND, "--scenarios", SESSIONS, "--workers", "1", "--json", str(output)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    while not running.stdout.readline().startswith("[1/"):
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=60)
    found = read_result_file(output)
    assert running.returncode == 130
    assert "interrupted: the faults after these were not tried" in printed
    assert 1 <= len(found.faults) < len(FAULTS)
    assert (found.interrupted, found.whole, found.passed) == (True, False, False)


def _children(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    found = (thread.joinpath("children").read_text().split() for thread in threads)
    return [int(child) for children in found for child in children]


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

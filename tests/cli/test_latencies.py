"""``cognito-harness latencies``: several runs as one table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.app import run
from harness.flows.latencies import CallRecord, Latencies
from harness.flows.latency_table import read_latencies, write_latencies


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The files of two machines, each with half of the quotas."""
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, seconds in zip(paths, (0.010, 0.030), strict=True):
        latencies = Latencies(0.5)

        def change(record: CallRecord, seconds: float = seconds) -> None:
            record.sent = 10
            record.lasted(1000.0, 1002.0)
            for _ in range(10):
                record.latency(seconds)

        latencies.change(("InitiateAuth", "USER_SRP_AUTH"), change)
        write_latencies(latencies, path)
    return [str(path) for path in paths]


def test_sum_is_shown_and_written(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table and the file have the calls of both machines, and the rate of both."""
    assert run(["latencies", *files, "--output", str(tmp_path / "sum.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    total = next(line for line in lines if line.startswith("total")).split()
    assert total[1:] == ["20", "0", "0", "0", "10.0", "30.0", "30.0", "30.0", "30.0", "10.0"]
    assert "quota UserAuthentication: 10.0 per second of 120 allowed, 0 throttled" in lines
    assert read_latencies(tmp_path / "sum.json").total().sent == 20


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.json"], "FILE: cannot use 'missing.json'; No such file or directory"),
        (["README.md"], "FILE: cannot use 'README.md'; it is not JSON"),
        ([], "no value given"),
    ],
)
def test_misuse_is_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file that is missing or holds something else, and no file at all, are misuse."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("# Title\n", encoding="utf-8")
    assert run(["latencies", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_output_that_cannot_be_written_is_misuse(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An output in a folder that does not exist is misuse, before anything is shown."""
    assert run(["latencies", *files, "--output", str(tmp_path / "no" / "sum.json")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--output: cannot use" in captured.err


def test_a_file_given_twice_is_misuse(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file under two names is refused, since its calls would count twice."""
    again = tmp_path / "again.json"
    again.symlink_to(files[0])
    assert run(["latencies", *files, str(again)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"FILE: cannot use {str(again)!r}; it is the same file as {files[0]!r}" in captured.err


@pytest.mark.parametrize("member", ["sent", "begun"])
@pytest.mark.parametrize("value", ["Infinity", "NaN"])
def test_a_number_that_is_none_is_misuse(
    files: list[str], capsys: pytest.CaptureFixture[str], member: str, value: str
) -> None:
    """A count or a moment that is not finite is misuse in one line."""
    path = Path(files[0])
    record = json.loads(path.read_text(encoding="utf-8"))
    record["steps"][0][member] = float(value)
    path.write_text(json.dumps(record), encoding="utf-8")
    assert run(["latencies", *files]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"cognito-harness: FILE: cannot use {files[0]!r}; ")
    assert error.count("\n") == 1

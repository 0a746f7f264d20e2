"""``cognito-harness latencies``: several runs as one table."""

from __future__ import annotations

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

"""``cognito-harness report``: forms, exit codes, and one line about what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.cli.app import run
from harness.verdicts.run_record import RunRecord
from harness.verdicts.verdict import Verdict
from tests.reports.runs.records import hostile_record, ordinary_record, record_of, scenario, write


@pytest.fixture
def record(tmp_path: Path) -> str:
    """The file of an ordinary run."""
    return str(write(ordinary_record(), tmp_path / "run.jsonl"))


def test_a_summary_is_shown(record: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without options the terminal shows the run, its verdicts and why scenarios failed."""
    assert run(["report", record]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("run a1b2c3 on emulator, in process, seed 7\n")
    assert "5 times: codes are good more than once" in shown


def test_every_form_is_written(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each option writes its file, and nothing is shown then."""
    forms = {"html": "r.html", "markdown": "r.md", "junit": "r.xml", "json": "r.json"}
    options = [f"--{form}={tmp_path / name}" for form, name in forms.items()]
    assert run(["report", record, *options]) == 0
    assert capsys.readouterr().out == ""
    texts = {form: (tmp_path / name).read_text("utf-8") for form, name in forms.items()}
    assert texts["html"].startswith("<!doctype html>")
    assert texts["markdown"].startswith("## ")
    assert ElementTree.fromstring(texts["junit"].encode()).tag == "testsuites"
    assert json.loads(texts["json"])["complete"] is True


def test_a_hostile_record_is_written(tmp_path: Path) -> None:
    """A record with texts of every kind can be written in every form."""
    record = write(hostile_record(), tmp_path / "run.jsonl")
    options = [f"--{form}={tmp_path / form}" for form in ("html", "markdown", "junit", "json")]
    assert run(["report", str(record), "--compare", str(record), *options[:3]]) == 2
    other = write(ordinary_record(), tmp_path / "before.jsonl")
    assert run(["report", str(record), "--compare", str(other), *options]) == 1


def test_standard_output_gets_one_form(record: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A dash writes the form to standard output, with nothing else."""
    assert run(["report", record, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["seed"] == 7


@pytest.mark.parametrize(
    ("before", "after", "code", "said"),
    [
        (Verdict.HOLDS, Verdict.NOT_REFUSED, 1, "Worse verdicts: 1"),
        (Verdict.NOT_REFUSED, Verdict.HOLDS, 0, "Better verdicts: 1"),
        (Verdict.HOLDS, Verdict.HOLDS, 0, "nothing changed"),
    ],
)
def test_worse_verdicts_are_a_finding(
    before: Verdict,
    after: Verdict,
    code: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A comparison exits with 1 if a verdict is worse, and with 0 for anything else."""
    files = [
        str(write(record_of(scenario("x", verdict=verdict)), tmp_path / f"{place}.jsonl"))
        for place, verdict in enumerate((before, after))
    ]
    assert run(["report", files[1], "--compare", files[0]]) == code
    assert said in capsys.readouterr().out


def test_a_run_that_was_cut_off_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record whose last line was written in part is shown as far as it goes."""
    whole = write(ordinary_record(), tmp_path / "run.jsonl").read_text("utf-8")
    part = tmp_path / "part.jsonl"
    part.write_text(whole[: whole.rindex('{"kind": "scenario"') + 60], encoding="utf-8")
    assert run(["report", str(part)]) == 0
    shown = capsys.readouterr().out
    assert "The run was cut off: its record has no end." in shown
    assert "in 10 variants" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "RUN: no value given"),
        (["missing.jsonl"], "RUN: cannot use 'missing.jsonl'; it cannot be read: "),
        (["other.txt"], "RUN: cannot use 'other.txt'; line 1: it is not a line of a record"),
        (["bytes.bin"], "RUN: cannot use 'bytes.bin'; it cannot be read: "),
        (["."], "RUN: cannot use '.'; it cannot be read: "),
        (["run.jsonl", "--compare", "other.txt"], "--compare: cannot use 'other.txt'; line 1"),
        (["run.jsonl", "--selfcheck", "other.txt"], "--selfcheck: cannot use 'other.txt'"),
        (
            ["run.jsonl", "--html", "no/r.html"],
            "--html: cannot use 'no/r.html'; its folder does not",
        ),
        (["run.jsonl", "--html", "run.jsonl"], "--html: cannot use 'run.jsonl'; RUN is the same"),
        (["run.jsonl", "--html", "a", "--json", "a"], "--json: cannot use 'a'; --html is the same"),
        (["run.jsonl", "--html", "-"], "--html: cannot use '-'; give the name of a file"),
        (
            ["run.jsonl", "--compare", "run.jsonl"],
            "--compare: cannot use 'run.jsonl'; RUN is the same file",
        ),
        (
            ["run.jsonl", "--compare", "again.jsonl", "--latency-bound", "nan"],
            "--latency-bound: cannot use 'nan'; it must be a percentage above 0",
        ),
        (
            ["run.jsonl", "--latency-bound", "30"],
            "--latency-bound: cannot use 30.0; it is for --compare",
        ),
    ],
)
def test_misuse_is_one_line(
    arguments: list[str],
    said: str,
    record: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What cannot be read, written or meant is misuse in one line that names the option."""
    monkeypatch.chdir(tmp_path)
    write(ordinary_record(), tmp_path / "again.jsonl")
    (tmp_path / "other.txt").write_text("no record\n", encoding="utf-8")
    (tmp_path / "bytes.bin").write_bytes(b"\xff\xfe\x00")
    assert run(["report", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert (tmp_path / "run.jsonl").read_text("utf-8").startswith('{"kind": "run"')


def test_a_record_without_scenarios_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that was cut off before its first scenario has a summary too."""
    record = write(RunRecord(ordinary_record().run, ()), tmp_path / "run.jsonl")
    assert run(["report", str(record)]) == 0
    assert "0 scenarios in 0 variants" in capsys.readouterr().out

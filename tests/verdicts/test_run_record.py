"""The record of a run: what is written is what is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.verdicts.run_record import (
    EndLine,
    FailureText,
    RunLine,
    RunRecord,
    ScenarioLine,
    read_record,
)
from harness.verdicts.verdict import Check, Verdict
from tests.verdicts.lines import call

RECORD = RunRecord(
    RunLine("e811f5", "emulator", "in process", 7, 1.5, {"srp": {"value": "native", "source": ""}}),
    (
        ScenarioLine(
            "scenarios/test_refresh.py::test_x[mfa_on]",
            "refresh",
            "A refresh works.",
            {"mfa": "mfa_on"},
            "failed",
            Verdict.OTHER_CODE,
            (Check("A refusal", Verdict.OTHER_CODE, "A037", "X", "Y"),),
            calls=(call("SignUp"),),
            failure=FailureText("the first line", ("more",), "a cause", "pytest x"),
        ),
        ScenarioLine("scenarios/test_x.py::test_y", "x", "S.", {}, "skipped", None, reason="no"),
    ),
    EndLine(1, 9.0, notes=("a note",)),
)


def _written(folder: Path, text: str) -> Path:
    file = folder / "run.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """A record that is written to a file reads as the same record."""
    assert read_record(_written(tmp_path, "\n".join(RECORD.lines()))) == RECORD


def test_a_record_without_its_last_line_is_of_a_run_that_was_cut_off(tmp_path: Path) -> None:
    """A record whose last line is missing can be read, and has no end."""
    lines = list(RECORD.lines())[:-1]
    found = read_record(_written(tmp_path, "\n".join(lines)))
    assert found.end is None
    assert found.scenarios == RECORD.scenarios


def test_half_a_line_at_the_end_does_not_count(tmp_path: Path) -> None:
    """A run that was killed while it wrote a line leaves a record of the lines before."""
    lines = list(RECORD.lines())
    found = read_record(_written(tmp_path, "\n".join(lines)[: -len(lines[-1]) // 2]))
    assert found.end is None
    assert found.scenarios == RECORD.scenarios


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "line 1: it has no line about the run"),
        ("no JSON\n", "line 1: it is not a line of a record"),
        ("[]\n", "line 1: it is not a line of a record"),
        ('{"kind": "run", "format": 2}', "line 1: its format is 2, and 1 is known"),
        ('{"kind": "pool", "format": 1}', "line 1: its kind is 'pool', not run, scenario or end"),
        ('{"kind": "run", "format": 1}', "line 1: RunLine"),
        ('{"kind": "scenario", "format": 1}', "line 1: 'verdict'"),
    ],
)
def test_what_is_no_record_is_refused_with_its_line(text: str, hint: str, tmp_path: Path) -> None:
    """A file that is no record is refused in one line that names the line of the file."""
    with pytest.raises(ConfigurationError) as refused:
        read_record(_written(tmp_path, text))
    assert hint in str(refused.value)


def test_a_line_that_was_cut_off_is_not_read(tmp_path: Path) -> None:
    """The line that a killed run was writing is left out, and the record has no end."""
    lines = list(RECORD.lines())[:-1]
    found = read_record(_written(tmp_path, "\n".join([*lines[:-1], lines[-1][:40]])))
    assert found.end is None
    assert found.scenarios == RECORD.scenarios[:1]


@pytest.mark.parametrize("line", [0, 3])
def test_two_records_in_one_file_are_refused(line: int, tmp_path: Path) -> None:
    """A second line about the run, and a line after the end, are refused."""
    lines = list(RECORD.lines())
    with pytest.raises(ConfigurationError, match="cannot stand here"):
        read_record(_written(tmp_path, "\n".join([*lines, lines[line]])))


@pytest.mark.parametrize(
    ("member", "value", "hint"),
    [
        ("sentence", 5, "line 2: sentence is '5', not a text"),
        ("duration_seconds", float("nan"), "line 2: duration_seconds is 'nan', not a number"),
        ("duration_seconds", 10**400, "not a number"),
        ("variant", ["a"], "line 2: variant is \"['a']\", not an object"),
        ("variant", {"mfa": 1}, "line 2: variant.mfa is '1', not a text"),
        ("calls", {}, "line 2: calls is '{}', not a list"),
        ("calls", [{}], "line 2: calls[0] has no member 'operation'"),
        *(
            (
                "calls",
                [{key: value for key, value in call("SignUp").items() if key != member}],
                f"line 2: calls[0] has no member '{member}'",
            )
            for member in ("outcome", "message", "shape")
        ),
        ("calls", [call("SignUp", retried=[7])], "line 2: calls[0].retried[0] is '7', not a text"),
        ("calls", [call("X", answer=1)], "calls[0].answer is '1', not an object"),
        ("failure", "x", "line 2: failure is 'x', not an object"),
        ("checks", [{"statement": None}], "checks[0].statement is 'None', not a text"),
    ],
)
def test_a_member_of_another_type_is_refused(
    member: str, value: object, hint: str, tmp_path: Path
) -> None:
    """A member that has another type is refused in one line that names it."""
    lines = list(RECORD.lines())
    lines[1] = json.dumps({**json.loads(lines[1]), member: value})
    with pytest.raises(ConfigurationError) as refused:
        read_record(_written(tmp_path, "\n".join(lines)))
    assert hint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file is refused in one line."""
    with pytest.raises(ConfigurationError, match=r"record: cannot use .*it cannot be read"):
        read_record(tmp_path / "none.jsonl")

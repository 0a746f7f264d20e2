"""A record of a run on AWS as evidence for the facts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.verdicts.run_record import EndLine, RunLine, RunRecord
from harness.verdicts.verdict import Check, Verdict
from tests.fidelity.evidence import contradicts, evidence_of, render_evidence
from tests.fidelity.ledger import Fact
from tests.support.sources import ROOT
from tests.verdicts.lines import checked

KNOWN = {
    name: Fact(name, "1.1", level, "text")
    for name, level in (
        ("A012", "measured"),
        ("A015b", "reported"),
        ("A037", "reported"),
        ("A092", "inferred"),
    )
}
HOLDS = Check("CodeMismatchException 'No'", Verdict.HOLDS, "A037, A092")
WORDS = Check("X 'no'", Verdict.OTHER_WORDS, "A015b", "X 'no'", "X 'never'")
ACCEPTED = Check("Y", Verdict.NOT_REFUSED, "A092")
UNASKED = Check("Z", Verdict.NOT_ASKED, "A012")


END = EndLine(0, 9.0)


AWS = "https://cognito-idp.eu-west-1.amazonaws.com"


def record(target: str = "aws", *, service: str = AWS, end: EndLine | None = END) -> RunRecord:
    """Return a record of checks that confirm and contradict facts."""
    run = RunLine("a1b2c3", target, service, 7, 0.0, versions={"cognito-mfa-harness": "0.1.0"})
    lines = (
        checked("one", HOLDS, Check("no fact", Verdict.HOLDS, "ministack 1758")),
        checked("two", HOLDS, WORDS, ACCEPTED, UNASKED),
    )
    return RunRecord(run, lines, end)


def evidence(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a file."""
    command = [sys.executable, "-m", "tests.fidelity", "--evidence", str(path), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def written(folder: Path, found: RunRecord) -> Path:
    """Write a record to a file."""
    path = folder / "run.jsonl"
    path.write_text("\n".join(found.lines()), encoding="utf-8")
    return path


def test_checks_confirm_and_contradict_the_facts_that_they_name() -> None:
    """A check that holds confirms each of its facts; one that does not contradicts each."""
    found = evidence_of(record(), KNOWN)
    assert list(found) == ["A012", "A015b", "A037", "A092"]
    assert len(found["A037"].confirmed) == 2
    assert [check.verdict for _, check in found["A092"].contradicted] == [Verdict.NOT_REFUSED]
    assert not found["A012"].confirmed
    assert contradicts(record(), KNOWN)


def test_lines() -> None:
    """The lines name the run, each fact, what contradicts it, and which facts are new."""
    lines = list(render_evidence(record(), KNOWN))
    assert lines[0] == f"run a1b2c3 on aws, {AWS}, 1970-01-01, harness 0.1.0"
    assert "A037 (reported): confirmed by 2 checks" in lines
    assert "A012 (measured): could not be asked" in lines
    assert "A015b (reported): contradicted by 1 of 1 checks" in lines
    assert "  refused in other words: expected X 'no'; answered X 'never'" in lines
    assert "  not refused: expected Y; nothing was refused" in lines
    assert lines[-1] == (
        "1 facts confirmed, 1 of them not measured until now: A037; 2 contradicted: A015b, A092"
    )


@pytest.mark.parametrize(
    ("found", "options", "code", "said"),
    [
        (record(), [], 1, "contradicted"),
        (record("endpoint"), [], 2, "its target is endpoint, and only AWS says"),
        (record(service="http://127.0.0.1:5000"), [], 2, "which is no URL of AWS"),
        (record(service="https://amazonaws.com.example.org"), [], 2, "which is no URL of AWS"),
        (record(service="eu-west-1"), [], 2, "its service is eu-west-1"),
        (record(service="http://127.0.0.1:5000"), ["--rehearsal"], 1, "127.0.0.1:5000"),
        (record("endpoint"), ["--rehearsal"], 1, "run a1b2c3 on endpoint"),
        (record(end=None), [], 2, "the run was cut off"),
    ],
)
def test_command(
    found: RunRecord, options: list[str], code: int, said: str, tmp_path: Path
) -> None:
    """Only a complete record of a run on AWS counts; a rehearsal takes any service's."""
    done = evidence(written(tmp_path, found), *options)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


def test_another_file_is_refused(tmp_path: Path) -> None:
    """What is no record is refused in one line."""
    path = tmp_path / "x.jsonl"
    path.write_text("{}", encoding="utf-8")
    done = evidence(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("--evidence: cannot use")
    assert done.stderr.count("\n") == 1

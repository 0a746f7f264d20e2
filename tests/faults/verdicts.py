"""Runs of the scenarios in a process of their own, and their verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.verdicts.run_record import read_record
from tests.support.sources import ROOT

__all__ = ["FAULTS", "LOST", "Outcome", "scenarios"]

#: What the suite must stand: every kind of failure before a call is carried out.
FAULTS = "throttle:0.1,internal:0.02,drop:0.01,slow:0.02:1-20,email-late:0.1:10s,email-twice:0.1"
#: The same, and responses that are lost after the call was carried out.
LOST = f"{FAULTS},cut:0.02"


@dataclass(frozen=True)
class Outcome:
    """What a run found out, and what it said.

    Attributes:
        verdicts: pytest's outcome and the verdict of each test, by its id.
        said: what the run printed.
    """

    verdicts: dict[str, tuple[str, str]]
    said: str


def scenarios(folder: Path, *arguments: str) -> Outcome:
    """Run scenarios with arguments, and return what became of them.

    Args:
        folder: for the record of the run.
        arguments: further arguments of pytest.
    """
    record = folder / f"{len(list(folder.iterdir()))}.jsonl"
    done = subprocess.run(
        (
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(f"--cognito-record={record}", *arguments),
        ),
        cwd=ROOT,
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COGNITO_HARNESS_", "PYTEST_", "AWS_"))
        },
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = {line.id: (line.outcome, str(line.verdict)) for line in read_record(record).scenarios}
    return Outcome(found, done.stdout)

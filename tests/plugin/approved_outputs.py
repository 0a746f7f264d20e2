"""The outputs of failures of each kind, as approved texts.

``python -m tests.plugin.approved_outputs`` writes the texts again, to be read before they are
committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.plugin.planted import KINDS
from tests.support.sources import ROOT

APPROVED = Path(__file__).with_name("approved")
_HEADER = re.compile(r"^_{3,} (?:ERROR at setup of )?(\S+) _{3,}$")
_END = re.compile(r"^(=+ .* =+|-+ .* -+)$")
#: What differs between two runs; no replacement changes the length of a line.
_VOLATILE = (
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "x" * 36),
    (re.compile(r"\bAgV4[\w+/]{8}(?=…)"), "AgV4xxxxxxxx"),
    (re.compile(r"\b[0-9a-f]{12}(?=… \(\d+)"), "x" * 12),
    (re.compile(r"\(7\d\d chars\)"), "(7nn chars)"),
    (re.compile(r"(?<=\.py:)\d+"), "NN"),
    (re.compile(r"(?<=was used before, )\d+(?= s ago)"), "N"),
)


def outputs() -> dict[str, str]:
    """Run a test of each kind in one process, and return what the terminal shows of each."""
    tests = [test for test, _ in KINDS.values()]
    command = [sys.executable, "-m", "pytest", *tests, "-p", "tests.plugin.planted", *_OPTIONS]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COGNITO_HARNESS_", "AWS_")) and name not in _CI
    }
    environment |= {"COLUMNS": "200", "NO_COLOR": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    found = _sections(done.stdout)
    missing = [kind for kind, (test, _) in KINDS.items() if _name(test) not in found]
    assert not missing, f"no failure of {missing}:\n{done.stdout}\n{done.stderr}"
    return {kind: found[_name(test)] for kind, (test, _) in KINDS.items()}


#: On CI pytest shows differences whole: https://docs.pytest.org/en/stable/explanation/ci.html
_CI = ("CI", "BUILD_NUMBER")
_OPTIONS = ("-p", "no:cacheprovider", "--cognito-seed=7", "--cognito-srp=native")


def approved() -> dict[str, str]:
    """Return the approved texts by their kinds."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(APPROVED.glob("*.txt"))}


def approve() -> None:
    """Write the texts of a fresh run."""
    APPROVED.mkdir(exist_ok=True)
    for path in APPROVED.glob("*.txt"):
        path.unlink()
    for kind, text in outputs().items():
        APPROVED.joinpath(f"{kind}.txt").write_text(text, encoding="utf-8")


def _sections(output: str) -> dict[str, str]:
    """Return what stands below the header of each failure."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.splitlines():
        header = _HEADER.match(line)
        if header:
            lines = found.setdefault(header[1], [])
        elif _END.match(line):
            lines = []
        else:
            lines.append(_normalized(line))
    return {name: "\n".join(section).strip("\n") + "\n" for name, section in found.items()}


def _normalized(line: str) -> str:
    for pattern, replacement in _VOLATILE:
        line = pattern.sub(replacement, line)
    return line.rstrip()


def _name(test: str) -> str:
    return test.partition("::")[2]


if __name__ == "__main__":
    approve()

"""The page about verdicts names each verdict, and each member of a record."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from harness.flows.call import Call
from harness.settings.values import TEXTS
from harness.verdicts.run_record import (
    FORMAT,
    EndLine,
    FailureText,
    RunLine,
    ScenarioLine,
    read_record,
)
from harness.verdicts.verdict import Check, Verdict
from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")


def first_cells(head: str) -> list[str]:
    """Return the first cells of the table whose first column has this head."""
    table = PAGE.partition(f"\n| {head} | ")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("run", RunLine),
        ("scenario", ScenarioLine),
        ("check", Check),
        ("call", Call),
        ("failure", FailureText),
        ("end", EndLine),
    ],
)
def test_each_member_of_a_record_is_described(head: str, kind: type) -> None:
    """The tables have the members of each line, no others, in their order."""
    assert first_cells(head) == [field.name for field in fields(kind)]


def test_verdicts_are_in_the_order_of_their_weight() -> None:
    """The page has each verdict, the heaviest last."""
    assert first_cells("verdict") == [verdict.value for verdict in Verdict]


def test_ways_to_judge_texts() -> None:
    """The page has each value of the option."""
    assert first_cells("`--cognito-texts`") == list(TEXTS)


def test_the_command_of_the_page_writes_a_record(tmp_path: Path) -> None:
    """The page's command records a run, in the format that the page names."""
    (line,) = re.findall(r"^pytest (--cognito-record=\S+)$", PAGE, re.MULTILINE)
    (tmp_path / "test_it.py").write_text("def test_it(cognito_signed_up): pass\n")
    plugins = ("-p", "harness.plugin", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *line.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = read_record(tmp_path / line.partition("=")[2])
    assert [scenario.verdict for scenario in record.scenarios] == [Verdict.HOLDS]
    assert f"`format`, which is {FORMAT}" in PAGE

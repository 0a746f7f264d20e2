"""The Markdown and Mermaid forms: complete, small enough for GitHub, safe to show."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from harness.reports.runs.comparison import compare
from harness.reports.runs.content import content_of
from harness.reports.runs.markdown import LARGEST, render
from harness.reports.runs.mermaid import sequence
from harness.verdicts.causes import fails
from harness.verdicts.run_record import EndLine, FailureText, RunRecord
from harness.verdicts.verdict import Verdict
from tests.reports.runs.records import (
    HOSTILE,
    call,
    hostile_record,
    large_record,
    ordinary_record,
    record_of,
    scenario,
)

_LABEL = re.compile(r"(?:[\w .,'()\[\]?!/+=-]|#\d+;)*")


def test_it_has_verdicts_failures_and_a_diagram() -> None:
    """The summary has the counts, a table of areas, the cause, and the first failure drawn."""
    text = render(content_of(ordinary_record()))
    assert text.startswith("## ❌ Cognito run on emulator\n")
    assert "5 failed" in text
    assert "| area | ✅ holds | 🚨 not refused | skipped |" in text
    assert r"| sign\_in | 4 | 5 |  |" in text
    assert "| 5 | codes are good more than once |" in text
    assert text.count("```mermaid\nsequenceDiagram\n") == 1
    assert "### Audit" in text
    assert "### Drift" in text


def test_a_good_run_is_short() -> None:
    """A run without failures has no part about them."""
    text = render(content_of(record_of(scenario("x"))))
    assert text.startswith("## ✅ ")
    assert "Failures" not in text


def test_a_run_that_was_cut_off_says_so() -> None:
    """The summary of a record without its end says that."""
    assert "cut off" in render(content_of(record_of(scenario("x"), end=False)))


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (record_of(scenario("x"), end=False), "**The run was cut off: its record has no end.**"),
        (replace(record_of(scenario("x")), end=EndLine(3, 0.0)), "ended with exit code 3.**"),
        (replace(record_of(scenario("x")), end=EndLine(1, 0.0)), "ended with exit code 1.**"),
        (record_of(), "**No scenario was run.**"),
        (record_of(scenario("x", outcome="skipped", verdict=None)), "**No scenario was run.**"),
        (
            replace(
                record_of(scenario("x", outcome="skipped", verdict=None)),
                end=EndLine(5, 0.0, notes=("no test ran: MFA is ON (a.yaml): 1; --flag permits",)),
            ),
            "**No scenario was run: MFA is ON (a.yaml): 1.**",
        ),
    ],
)
def test_only_a_whole_run_is_green(record: RunRecord, said: str) -> None:
    """Without failures, a run that went wrong or ran nothing has a red heading and its reason."""
    text = render(content_of(record))
    assert text.startswith("## ❌ ")
    assert said in text


@pytest.mark.parametrize("verdict", [None, Verdict.HOLDS])
def test_a_failure_is_never_green(verdict: Verdict | None) -> None:
    """A scenario that failed outside of its checks has no green mark in the list of failures."""
    lines = [scenario("x", outcome="failed", verdict=verdict, failure=FailureText("f"))]
    text = render(content_of(record_of(*lines)))
    assert "- ❌ " in text
    assert "- ✅" not in text


def test_the_comparison_is_part_of_it() -> None:
    """With an earlier run, the changes have tables of their own."""
    before = record_of(scenario("right_code[mfa_on-secret]", verdict=Verdict.NOT_REFUSED))
    record = ordinary_record()
    text = render(content_of(record, None, compare(record, before)))
    assert "**Better verdicts: 1**" in text
    assert "**Scenarios that came: 9**" in text


def test_it_fits_into_a_summary() -> None:
    """However many scenarios fail, the text stays under GitHub's limit and says so."""
    lines = [
        scenario(
            f"x{number}[{'long' * 50}]",
            outcome="failed",
            verdict=Verdict.NOT_ASKED,
            failure=FailureText("f" * 1_000, ("line",) * 100, "one cause"),
        )
        for number in range(3_000)
    ]
    text = render(content_of(record_of(*lines)))
    assert 100_000 < len(text.encode()) < LARGEST < 1024 * 1024
    assert "more parts do not fit into this summary." in text


def test_foreign_texts_stay_texts() -> None:
    """Outside of code blocks, every character that Markdown reads is escaped."""
    text = render(content_of(hostile_record(), None, compare(hostile_record(), ordinary_record())))
    text.encode()
    outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<script" not in re.sub(r"\\.", "", outside)
    for line in outside.splitlines():
        bare = re.sub(r"\\.", "", line)
        assert "`" not in bare
        assert "](" not in bare
        assert "<" not in bare.replace("<details><summary>", "").replace("</details>", "").replace(
            "</summary>", ""
        )
    assert {len(set(widths)) for widths in tables(outside)} == {1}


def tables(text: str) -> list[list[int]]:
    """Return for each table the number of cells in each of its rows."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    return [
        [len(re.sub(r"\\.", "", row).split("|")) for row in block.splitlines()] for block in blocks
    ]


def test_a_fence_is_longer_than_those_inside() -> None:
    """A text with fences of its own does not end its block."""
    failure = FailureText("f", ("```", "````sh", "</details>"))
    lines = [scenario("x", outcome="failed", verdict=Verdict.NOT_ASKED, failure=failure)]
    assert "`````text\n```\n````sh\n</details>\n`````" in render(content_of(record_of(*lines)))


@pytest.mark.parametrize("record", [ordinary_record(), hostile_record(), large_record(1, 1)])
def test_a_diagram_has_only_what_mermaid_may_read(record: RunRecord) -> None:
    """Each line is a participant, a note or an arrow, and every text has codes for the rest."""
    for line in record.scenarios:
        if not line.calls:
            continue
        first, *rows = sequence(line).splitlines()
        assert first == "sequenceDiagram"
        for row in rows:
            found = re.fullmatch(
                r"    (participant (?P<lane>\w+)|Note over client: (?P<note>.*)"
                r"|\w+(-->>|->>|--x|-\))\w+: (?P<text>.*))",
                row,
            )
            assert found, row
            for text in (found["note"], found["text"]):
                assert text is None or _LABEL.fullmatch(text), row


def test_a_long_diagram_is_cut_in_the_middle() -> None:
    """Mermaid refuses long texts, so a diagram has the first and the last calls of many."""
    calls = tuple(call(f"Op{number}", number / 10) for number in range(500))
    text = sequence(scenario("x", calls=calls))
    assert "Note over client: 440 more calls" in text
    assert "Op0" in text
    assert "Op499" in text
    assert len(text) < 50_000


def test_no_calls_no_diagram() -> None:
    """A scenario without calls has no diagram."""
    assert sequence(scenario("x")) == ""
    assert HOSTILE not in render(content_of(hostile_record()))
    assert all(map(fails, hostile_record().scenarios))

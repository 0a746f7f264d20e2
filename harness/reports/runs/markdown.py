"""A run as Markdown, for ``$GITHUB_STEP_SUMMARY`` or a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from harness.reports.foreign_text import escaped
from harness.reports.runs.comparison_text import comparison_parts
from harness.reports.runs.events import span
from harness.reports.runs.mermaid import sequence
from harness.reports.runs.run_summary import counts_of
from harness.reports.runs.visible import visible
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from harness.reports.runs.content import Content

__all__ = ["LARGEST", "render"]

#: GitHub refuses a summary of more than 1 MiB; the rest is for what other steps of the job write.
LARGEST = 1_000_000
_DIAGRAMS = 3
_SIGNS = {
    Verdict.HOLDS: "✅",
    Verdict.OTHER_WORDS: "🟡",
    Verdict.NOT_ASKED: "❔",
    Verdict.OTHER_CODE: "🟠",
    Verdict.ANSWERED_OTHERWISE: "❌",
    Verdict.NOT_REFUSED: "🚨",
}


def render(content: Content, largest: int = LARGEST) -> str:
    """Return a heading, the verdicts by area, the failures by cause, and the first as diagrams.

    Args:
        content: what it shows.
        largest: the most bytes that the text may have; parts that do not fit are left out.
    """
    fitting: list[str] = []
    left_out, room = 0, largest - 200
    for part in _parts(content):
        size = len(part.encode("utf-8", "replace")) + 2
        if size > room:
            left_out += 1
        else:
            room -= size
            fitting.append(part)
    if left_out:
        fitting.append(f"{left_out} more parts do not fit into this summary.")
    return "\n\n".join(fitting) + "\n"


def _parts(content: Content) -> Iterator[str]:
    summary, run = content.summary, content.summary.record.run
    failed = len(summary.failures)
    sign = "✅" if summary.went_well else "❌"
    yield f"## {sign} Cognito run on {escaped(run.target)}"
    lines = len(summary.record.scenarios)
    yield (
        f"{len(summary.groups)} scenarios in {lines} variants, {failed} failed, {summary.calls} "
        f"API calls, {span(summary.seconds)}. Service {escaped(run.service)}, seed {run.seed}, "
        f"run {escaped(run.run_id)}."
    )
    if summary.trouble:
        yield f"**{summary.trouble}**"
    yield _areas(content)
    yield from _failures(content)
    if content.comparison:
        yield from _comparison(content)
    yield from _findings(content)
    if content.self_proof:
        proof = content.self_proof
        yield f"### Self-proof\n\n{len(proof.noticed)} of {len(proof.faults)} faults were noticed."
        yield from map(escaped, proof.gaps)


def _areas(content: Content) -> str:
    counts = content.summary.counts
    shown = [verdict for verdict in Verdict if counts[str(verdict)]]
    skipped = counts["skipped"]
    head = ["area", *(f"{_SIGNS[verdict]} {verdict}" for verdict in shown)]
    rows = []
    for area, groups in content.summary.areas.items():
        found = counts_of(line for group in groups for line in group.lines)
        cells = [str(found[str(verdict)] or "") for verdict in shown]
        rows.append([escaped(area), *cells, *([str(found["skipped"] or "")] if skipped else [])])
    if skipped:
        head.append("skipped")
    return _table(head, rows)


def _failures(content: Content) -> Iterator[str]:
    summary = content.summary
    if not summary.failures:
        return
    yield "### Failures"
    yield _table(
        ["times", "cause", "first scenario"],
        [
            [str(len(lines)), escaped(cause), escaped(lines[0].id)]
            for cause, lines in summary.causes
        ],
    )
    for _, lines in summary.causes[:_DIAGRAMS]:
        yield _in_full(lines[0])
    yield "<details><summary>All failures</summary>"
    for _, lines in summary.causes:
        for line in lines:
            first = line.failure.first_line if line.failure else ""
            yield f"- {_sign_of_failed(line)} {escaped(line.id)}: {escaped(first)}"
    yield "</details>"


def _sign_of_failed(line: ScenarioLine) -> str:
    # A test can fail for a reason of its own, although what it asked held.
    return "❌" if line.verdict in (None, Verdict.HOLDS) else _SIGNS[line.verdict]


def _in_full(line: ScenarioLine) -> str:
    parts = [f"#### {escaped(line.id)}", escaped(line.sentence)]
    if line.failure:
        parts.append(f"**{escaped(line.failure.first_line)}**")
        parts += [_fenced("\n".join(line.failure.lines), "text")] if line.failure.lines else []
        parts += [_fenced(line.failure.repeat, "sh")] if line.failure.repeat else []
    diagram = sequence(line)
    parts += [_fenced(diagram, "mermaid")] if diagram else []
    return "\n\n".join(parts)


def _comparison(content: Content) -> Iterator[str]:
    changed = content.comparison
    assert changed is not None
    yield "### Since the earlier run"
    yield (
        f"Compared with run {escaped(changed.before.run_id)} on {escaped(changed.before.target)}, "
        f"{escaped(changed.before.service)}."
    )
    if changed.cut_off:
        yield f"**The record of {changed.cut_off} has no end.**"
    if changed.is_empty:
        yield "Nothing changed."
    for title, head, rows in comparison_parts(changed):
        yield f"**{title}: {len(rows)}**"
        yield _table(head, [[escaped(cell) for cell in row] for row in rows])


def _findings(content: Content) -> Iterator[str]:
    for title, report in (("Audit", content.audit), ("Drift", content.drift)):
        shown = report.of("failed", "waived", "unknown")
        if shown:
            yield f"### {title}\n\n{report.summary()}."
            yield _table(
                ["outcome", "severity", "rule", "finding"],
                [
                    [
                        record.outcome,
                        escaped(record.severity),
                        escaped(record.id),
                        escaped(record.message),
                    ]
                    for record in shown
                ],
            )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = list(head)
    lines = [cells, ["---"] * len(cells), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fenced(text: str, language: str) -> str:
    """Return a block of code; its fence is longer than any in the text."""
    text = visible(text)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"

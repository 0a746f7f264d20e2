"""A run in a terminal: what was run, the verdicts by area, the causes of failures, the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from harness.reports.runs.comparison_text import comparison_parts
from harness.reports.runs.events import span
from harness.reports.runs.run_summary import counts_of
from harness.reports.runs.visible import visible
from harness.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from harness.reports.runs.comparison import RunComparison
    from harness.reports.runs.content import Content
    from harness.reports.runs.run_summary import ScenarioGroup

__all__ = ["show", "show_comparison"]

_STYLES = {
    Verdict.HOLDS: "green",
    Verdict.OTHER_WORDS: "yellow",
    Verdict.NOT_ASKED: "magenta",
    Verdict.OTHER_CODE: "dark_orange",
    Verdict.ANSWERED_OTHERWISE: "red",
    Verdict.NOT_REFUSED: "bold red",
}
_MOST_CAUSES, _MOST_CHANGES = 20, 10


def show(content: Content, console: Console) -> None:
    """Print the summary of a run."""
    console.print(Group(*_summary(content)))


def show_comparison(changed: RunComparison, console: Console) -> None:
    """Print what changed since an earlier run, the first of each kind."""
    before = changed.before
    console.print(_line(f"since run {before.run_id} on {before.target}, {before.service}", "bold"))
    if changed.cut_off:
        console.print(_line(f"the record of {changed.cut_off} has no end", "red"))
    if changed.is_empty:
        console.print(_line("nothing changed"))
    for title, _, rows in comparison_parts(changed):
        console.print(_line(f"{title}: {len(rows)}", "bold"))
        for row in rows[:_MOST_CHANGES]:
            console.print(_line(f"  {_sentence(row)}"))
        if len(rows) > _MOST_CHANGES:
            console.print(_line(f"  and {len(rows) - _MOST_CHANGES} more"))
    if changed.latencies:
        console.print(_line(f"Latencies are listed by {changed.bound}."))


def _summary(content: Content) -> Iterator[RenderableType]:
    summary, run = content.summary, content.summary.record.run
    yield _line(f"run {run.run_id} on {run.target}, {run.service}, seed {run.seed}", "bold")
    yield _line(
        f"{len(summary.groups)} scenarios in {len(summary.record.scenarios)} variants, "
        f"{len(summary.failures)} failed, {summary.calls} API calls, {span(summary.seconds)}"
    )
    if summary.trouble:
        yield _line(summary.trouble, "red")
    yield _areas(content)
    yield from _causes(content)
    for name, report in (("audit", content.audit), ("drift", content.drift)):
        if report.records:
            yield _line(f"{name}: {report.summary()}")
    if content.self_proof:
        proof = content.self_proof
        yield _line(f"self-proof: {len(proof.noticed)} of {len(proof.faults)} faults noticed")
        yield from (_line(f"    {gap}", "red") for gap in proof.gaps)


def _areas(content: Content) -> Table:
    counts = content.summary.counts
    shown = [verdict for verdict in Verdict if counts[str(verdict)]]
    table = Table(box=None, pad_edge=False)
    table.add_column("area")
    for verdict in shown:
        table.add_column(str(verdict), justify="right", style=_STYLES[verdict])
    table.add_column("skipped", justify="right")
    for area, groups in content.summary.areas.items():
        table.add_row(visible(area), *_numbers(groups, shown))
    return table


def _numbers(groups: Iterable[ScenarioGroup], shown: Iterable[Verdict]) -> Iterator[str]:
    lines = [line for group in groups for line in group.lines]
    found = counts_of(lines)
    yield from (str(found[str(verdict)] or "") for verdict in shown)
    yield str(found["skipped"] or "")


def _causes(content: Content) -> Iterator[RenderableType]:
    causes = content.summary.causes
    for cause, lines in causes[:_MOST_CAUSES]:
        times = "once" if len(lines) == 1 else f"{len(lines)} times"
        yield _line(f"{times}: {cause}", "red")
        yield _line(f"    {lines[0].id}")
        if lines[0].failure and lines[0].failure.repeat:
            yield _line(f"    {lines[0].failure.repeat}")
    if len(causes) > _MOST_CAUSES:
        yield _line(f"and {len(causes) - _MOST_CAUSES} causes more")


def _sentence(row: Sequence[str]) -> str:
    """Return a row of a comparison as one line; the cells are those of its table."""
    if len(row) == 5:
        subject, before, after, times, scenario = row
        return f"{subject}: {before}, now {after}; {times} times, first in {scenario}"
    if len(row) == 1:
        return row[0]
    first, before, after, last = row
    if after.endswith(" ms"):
        return f"{first}: {before}, now {after} ({last})"
    # Of a verdict: before, now, scenario, first line.
    return f"{after}: {first}, now {before}" + (f": {last}" if last else "")


def _line(text: str, style: str = "") -> Text:
    """Return a foreign text as it is: rich reads no markup in it, and it has no control codes."""
    return Text(visible(text), style=style)

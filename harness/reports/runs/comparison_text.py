"""A comparison of two runs as tables of text, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from harness.reports.runs.comparison import RunComparison

__all__ = ["comparison_parts"]

#: A title, the names of the columns, and the rows.
Part = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def comparison_parts(changed: RunComparison) -> Iterator[Part]:
    """Yield a table for each kind of change that there is, the verdicts first."""
    for part in _parts(changed):
        if part[2]:
            yield part


def _parts(changed: RunComparison) -> Iterator[Part]:
    for title, verdicts in (("Worse", changed.worse), ("Better", changed.better)):
        rows: list[tuple[str, ...]] = [
            (item.was, item.is_now, item.scenario, item.first_line) for item in verdicts
        ]
        yield f"{title} verdicts", ("before", "now", "scenario", "first line"), rows
    for title, changes in (
        ("Other outcomes", changed.codes),
        ("Other members or types", changed.shapes),
        ("Other texts", changed.texts),
        ("Other calls", changed.calls),
    ):
        of_calls: list[tuple[str, ...]] = [
            (item.subject, item.before, item.after, str(item.times), item.scenario)
            for item in changes
        ]
        yield title, ("what", "before", "now", "times", "first in"), of_calls
    yield "Latencies", ("step", "median before", "now", "change"), _latencies(changed)
    yield "Scenarios that came", ("scenario",), [(name,) for name in changed.came]
    yield "Scenarios that went", ("scenario",), [(name,) for name in changed.went]


def _latencies(changed: RunComparison) -> list[tuple[str, ...]]:
    return [
        (item.name, f"{item.before:.1f} ms", f"{item.after:.1f} ms", f"{item.percent:+.0f} %")
        for item in changed.latencies
    ]

"""A report as Markdown, for a pull request or ``$GITHUB_STEP_SUMMARY``."""

from __future__ import annotations

from collections.abc import Iterable

from harness.reports.records import Report

__all__ = ["render"]

_HEAD = ("outcome", "severity", "rule", "finding", "why, and what to do")


def render(report: Report) -> str:
    """Return a heading, the counts and a table; what passed is counted and not listed."""
    lines = [f"## {report.title}", "", report.summary() + ".", ""]
    shown = report.of("failed", "waived", "unknown")
    if shown:
        lines += [_row(_HEAD), _row("---" for _ in _HEAD)]
        lines += [
            _row(
                (
                    record.outcome,
                    record.severity,
                    f"`{record.id}`",
                    record.message + _place(record.file, record.line),
                    ". ".join(part for part in (record.reason, record.fix) if part),
                )
            )
            for record in shown
        ]
        lines.append("")
    lines += [f"- {notice}" for notice in report.notices]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """A cell ends at a bar and at the end of the line."""
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;")


def _place(file: str | None, line: int | None) -> str:
    if file is None:
        return ""
    return f" ({file}{f':{line}' if line else ''})"

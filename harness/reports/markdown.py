"""Reports as Markdown, for a pull request or ``$GITHUB_STEP_SUMMARY``."""

from __future__ import annotations

from collections.abc import Iterable

from harness.reports.records import Report

__all__ = ["render"]

_HEAD = ("outcome", "severity", "rule", "finding", "reason and fix")


def render(report: Report) -> str:
    """Return a heading, the counts and a table of all records that did not pass."""
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
    """Escape what would end a cell: a bar or a line break."""
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;")


def _place(file: str | None, line: int | None) -> str:
    if file is None:
        return ""
    return f" ({file}{f':{line}' if line else ''})"

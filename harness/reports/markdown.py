"""Reports as Markdown, for a pull request or ``$GITHUB_STEP_SUMMARY``."""

from __future__ import annotations

from collections.abc import Iterable

from harness.reports.foreign_text import as_code, escaped
from harness.reports.records import Report

__all__ = ["render"]

_HEAD = ("outcome", "severity", "rule", "finding", "reason and fix")


def render(report: Report) -> str:
    """Return a heading, the counts and a table of all records that did not pass."""
    lines = [f"## {escaped(report.title)}", "", report.summary() + ".", ""]
    shown = report.of("failed", "waived", "unknown")
    if shown:
        lines += [_row(_HEAD), _row("---" for _ in _HEAD)]
        lines += [
            _row(
                (
                    record.outcome,
                    record.severity,
                    as_code(record.id),
                    escaped(record.message + _place(record.file, record.line)),
                    escaped(". ".join(part for part in (record.reason, record.fix) if part)),
                )
            )
            for record in shown
        ]
        lines.append("")
    lines += [f"- {escaped(notice)}" for notice in report.notices]
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _place(file: str | None, line: int | None) -> str:
    if file is None:
        return ""
    return f" ({file}{f':{line}' if line else ''})"

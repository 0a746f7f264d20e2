"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from harness.reports.records import Record, Report

__all__ = ["render"]

_MARKS = {"failed": "✗", "waived": "~", "unknown": "?", "passed": "✓"}


def render(report: Report) -> str:
    """Return the report as plain text; what passed is counted and not listed."""
    lines = [report.title, ""]
    for record in report.of("failed", "waived", "unknown"):
        lines += _record(record)
    lines += [f"note: {notice}" for notice in report.notices]
    lines.append(report.summary())
    return "\n".join(lines) + "\n"


def _record(record: Record) -> Iterator[str]:
    yield f"{_MARKS[record.outcome]} {record.severity:<8} {record.id}  {record.message}"
    if record.file:
        yield f"    {record.file}{f':{record.line}' if record.line else ''}"
    if record.outcome == "failed":
        if record.reason:
            yield f"    why: {record.reason}"
        if record.fix:
            yield f"    fix: {record.fix}"

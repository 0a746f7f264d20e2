"""The plain forms of a report: text for a terminal, and JSON that holds the whole report."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from harness.reports.foreign_text import as_lines
from harness.reports.records import Record, Report

__all__ = ["read_json", "render_json", "render_text"]

_MARKS = {"failed": "✗", "waived": "~", "unknown": "?", "passed": "✓"}


def render_text(report: Report) -> str:
    """Return the report as text; it counts the passed records and lists all others."""
    lines = [report.title, ""]
    for record in report.of("failed", "waived", "unknown"):
        lines += _lines(record)
    lines += [f"note: {notice}" for notice in report.notices]
    lines.append(report.summary())
    return as_lines(lines)


def render_json(report: Report) -> str:
    """Return the report as JSON; `read_json` turns the text back into an equal report."""
    return json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) + "\n"


def read_json(text: str) -> Report:
    """Return the report that `render_json` turned into this text.

    Raises:
        ValueError: the text is not a report.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        records = tuple(
            Record(**{**item, "elsewhere": tuple(item["elsewhere"])}) for item in found["records"]
        )
        return Report(found["title"], records, tuple(found["notices"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a report: {error}") from error


def _lines(record: Record) -> Iterator[str]:
    yield f"{_MARKS[record.outcome]} {record.severity:<8} {record.id}  {record.message}"
    if record.file:
        yield f"    {record.file}{f':{record.line}' if record.line else ''}"
    if record.outcome == "failed" and record.reason:
        yield f"    why: {record.reason}"
    if record.outcome in ("failed", "unknown") and record.fix:
        yield f"    fix: {record.fix}"

"""A report as JSON, from which every other one can be made again."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from harness.reports.records import Record, Report

__all__ = ["read", "render"]


def render(report: Report) -> str:
    """Return the report with everything that is in it."""
    return json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False) + "\n"


def read(text: str) -> Report:
    """Return the report that `render` made the text of.

    Raises:
        ValueError: it is no such text.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        records = tuple(
            Record(**{**item, "elsewhere": tuple(item["elsewhere"])}) for item in found["records"]
        )
        return Report(found["title"], records, tuple(found["notices"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no report: {error}") from error

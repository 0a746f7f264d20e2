"""The latencies of a run as percentiles by step, from its histograms or else from its calls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.reports.runs.recorded_call import RecordedCall, calls_of
from harness.verdicts.run_record import RunRecord

__all__ = ["PERCENTILES", "LatencyRow", "latencies_by_step", "latency_rows", "percentile"]

#: The percentiles that reports show, by their names.
PERCENTILES = {"p50": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "max": 100.0}


@dataclass(frozen=True)
class LatencyRow:
    """One step.

    Attributes:
        name: the operation with its step.
        calls: how often it was called.
        errors: how many of the responses were errors.
        milliseconds: the percentiles by name.
    """

    name: str
    calls: int
    errors: int
    milliseconds: dict[str, float]


def latency_rows(record: RunRecord) -> tuple[list[LatencyRow], str]:
    """Return the rows in alphabetical order, and where they come from."""
    if record.end is not None and record.end.latencies:
        rows = _of_histograms(record.end.latencies)
        if rows:
            return rows, "the run's histograms of every call that was sent"
    found = latencies_by_step(record)
    return [
        LatencyRow(
            name,
            len(calls),
            sum(not call.ok for call in calls),
            _percentiles([call.latency_seconds * 1000 for call in calls]),
        )
        for name, calls in sorted(found.items())
    ], "the calls of the record, with their retries"


def latencies_by_step(record: RunRecord) -> dict[str, list[RecordedCall]]:
    """Return the calls of all scenarios by operation and step."""
    found: dict[str, list[RecordedCall]] = {}
    for line in record.scenarios:
        for call in calls_of(line):
            found.setdefault(call.name, []).append(call)
    return found


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent of the values do not exceed.

    Args:
        ordered: the values in ascending order, at least one.
        percent: from 0 to 100.
    """
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _percentiles(values: Iterable[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {name: round(percentile(ordered, of), 3) for name, of in PERCENTILES.items()}


def _of_histograms(latencies: Mapping[str, Any]) -> list[LatencyRow]:
    """Return what ``--cognito-latencies`` writes beside its histograms, if that is what it is."""
    rows = []
    try:
        for step in latencies["steps"]:
            name = f"{step['operation']} {step['step']}".rstrip()
            shown = {key: float(step["milliseconds"][key]) for key in PERCENTILES}
            errors = int(step["refused"]) + int(step["failed"])
            rows.append(LatencyRow(name, int(step["sent"]), errors, shown))
    except (KeyError, TypeError, ValueError, OverflowError):
        return []
    finite = all(math.isfinite(value) for row in rows for value in row.milliseconds.values())
    return sorted(rows, key=lambda row: row.name) if finite else []

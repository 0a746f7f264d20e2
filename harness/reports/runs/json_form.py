"""A run as JSON for other programs; ``report.schema.json`` beside this file is its schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from harness.verdicts.run_record import ScenarioLine

if TYPE_CHECKING:
    from harness.reports.runs.comparison import RunComparison
    from harness.reports.runs.content import Content

__all__ = ["FORMAT", "VERSION", "render"]

FORMAT = "cognito-harness report"
VERSION = 1


def render(content: Content) -> str:
    """Return the report without the single calls, which the record has."""
    # Escapes keep a text that is no valid Unicode writable.
    return json.dumps(_report(content), indent=1, default=str) + "\n"


def _report(content: Content) -> dict[str, Any]:
    summary = content.summary
    end = summary.record.end
    return {
        "format": FORMAT,
        "version": VERSION,
        "complete": summary.complete,
        "run": asdict(summary.record.run),
        "end": None
        if end is None
        else {"exit_code": end.exit_code, "ended_at": end.ended_at, "notes": list(end.notes)},
        "counts": summary.counts,
        "scenarios": [_scenario(line) for line in summary.record.scenarios],
        "causes": [
            {"cause": cause, "scenarios": [line.id for line in lines]}
            for cause, lines in summary.causes
        ],
        "scorecard": asdict(content.scorecard),
        "latencies": {
            "measured_by": content.measured_by,
            "steps": [asdict(row) for row in content.latencies],
        },
        "audit": [asdict(record) for record in content.audit.records],
        "drift": [asdict(record) for record in content.drift.records],
        "self_proof": None if content.self_proof is None else asdict(content.self_proof),
        "comparison": _comparison(content.comparison),
    }


def _scenario(line: ScenarioLine) -> dict[str, Any]:
    return {**asdict(line), "calls": len(line.calls)}


def _comparison(changed: RunComparison | None) -> dict[str, Any] | None:
    if changed is None:
        return None
    return {
        "before": asdict(changed.before),
        "cut_off": changed.cut_off,
        "worse": [asdict(item) for item in changed.worse],
        "better": [asdict(item) for item in changed.better],
        "codes": [asdict(item) for item in changed.codes],
        "shapes": [asdict(item) for item in changed.shapes],
        "texts": [asdict(item) for item in changed.texts],
        "calls": [asdict(item) for item in changed.calls],
        "latencies": [asdict(item) for item in changed.latencies],
        "latency_bound": asdict(changed.bound),
        "came": list(changed.came),
        "went": list(changed.went),
        "lost": list(changed.lost),
    }

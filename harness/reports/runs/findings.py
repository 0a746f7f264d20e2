"""The findings of a run about the pool's configuration: of an audit, and of a comparison."""

from __future__ import annotations

from dataclasses import fields

from harness.reports.records import Record, Report
from harness.verdicts.run_record import RunRecord

__all__ = ["audit_findings", "drift_findings"]

#: How the ids of the differences of a comparison begin.
_DRIFT = "drift/"
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def audit_findings(record: RunRecord) -> Report:
    """Return what an audit of the run's pool found, the worst first."""
    found = [item for item in _records(record) if not item.id.startswith(_DRIFT)]
    return Report("Audit", tuple(sorted(found, key=_weight)))


def drift_findings(record: RunRecord) -> Report:
    """Return what differs between the pool and its file."""
    found = [item for item in _records(record) if item.id.startswith(_DRIFT)]
    return Report("Drift", tuple(sorted(found, key=_weight)))


def _records(record: RunRecord) -> list[Record]:
    known = {field.name for field in fields(Record)}
    needed = ("id", "title", "outcome", "severity", "part", "setting", "message")
    return [
        Record(
            **{
                **dict.fromkeys(needed, ""),
                **{name: value for name, value in item.items() if name in known},
                "elsewhere": tuple(item.get("elsewhere", ())),
            }
        )
        for item in (record.end.findings if record.end else ())
    ]


def _weight(record: Record) -> tuple[int, int]:
    severity = record.severity
    place = _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
    return (record.outcome != "failed", place)

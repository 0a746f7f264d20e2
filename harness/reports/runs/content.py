"""Everything that the reports on one run show, put together once for all formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.reports.records import Report
from harness.reports.runs.findings import audit_findings, drift_findings
from harness.reports.runs.latency_rows import LatencyRow, latency_rows
from harness.reports.runs.run_summary import RunSummary
from harness.verdicts.scorecard import Scorecard

if TYPE_CHECKING:
    from harness.reports.runs.comparison import RunComparison
    from harness.reports.runs.self_proof import SelfProof
    from harness.verdicts.run_record import RunRecord

__all__ = ["Content", "content_of"]


@dataclass(frozen=True)
class Content:
    """What is reported.

    Attributes:
        summary: the run.
        scorecard: what it found out about the service.
        latencies: the percentiles by step.
        measured_by: where the latencies come from.
        audit: what an audit found.
        drift: what differs from the pool's file.
        self_proof: what a selfcheck found; ``None`` without one.
        comparison: what changed since an earlier run; ``None`` without one.
    """

    summary: RunSummary
    scorecard: Scorecard
    latencies: list[LatencyRow]
    measured_by: str
    audit: Report
    drift: Report
    self_proof: SelfProof | None = None
    comparison: RunComparison | None = None


def content_of(
    record: RunRecord, self_proof: SelfProof | None = None, comparison: RunComparison | None = None
) -> Content:
    """Return everything that the reports on a run show."""
    rows, measured_by = latency_rows(record)
    return Content(
        RunSummary(record),
        Scorecard.of(record.scenarios),
        rows,
        measured_by,
        audit_findings(record),
        drift_findings(record),
        self_proof,
        comparison,
    )

"""The report of an audit or a comparison as one HTML file, without any script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from harness.reports.one_file import environment, policy, resource
from harness.reports.records import Outcome, Record, Report
from harness.version import __version__

__all__ = ["render"]

_OUTCOMES: tuple[Outcome, ...] = ("failed", "waived", "unknown", "passed")
_SEVERITIES = ("critical", "high", "medium", "low", "info")


@dataclass(frozen=True)
class ReportPart:
    """A section of the page.

    Attributes:
        id: the anchor of its heading.
        title: the heading.
        records: what it shows.
        in_full: whether each record has its place, reason and fix, and not only a line.
    """

    id: str
    title: str
    records: tuple[Record, ...]
    in_full: bool = True


def render(report: Report) -> str:
    """Return the page: the failed records by severity, then the others by outcome."""
    style = f"{resource('page.css')}\n{resource('records.css')}"
    found = [(outcome, report.of(outcome)) for outcome in _OUTCOMES]
    return (
        environment()
        .get_template("records.html")
        .render(
            style=Markup(style),
            policy=policy(style),
            version=__version__,
            report=report,
            outcomes=[(outcome, records) for outcome, records in found if records],
            parts=[part for part in _parts(report) if part.records],
        )
    )


def _parts(report: Report) -> Iterator[ReportPart]:
    failed = report.of("failed")
    for severity in _SEVERITIES:
        records = tuple(record for record in failed if record.severity == severity)
        yield ReportPart(severity, f"Severity {severity}", records)
    yield ReportPart("waived", "Waived", tuple(report.of("waived")))
    yield ReportPart("unknown", "Unknown", tuple(report.of("unknown")))
    yield ReportPart("passed", "Passed", tuple(report.of("passed")), in_full=False)

"""What an audit and a comparison found, as plain data: the members of a report's records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from harness.pools.configuration.pool_configuration import NeededParameter, Unknown, walk
from harness.pools.configuration.undecided import ways_to_know

if TYPE_CHECKING:
    from harness.pools.audit.auditing import Audit
    from harness.pools.audit.rules import Finding, Rule
    from harness.pools.configuration.drift import Difference, Drift
    from harness.pools.configuration.pool_configuration import Origin, SourceLocation

__all__ = ["found_by_audit", "found_by_comparison"]


def found_by_audit(found: Audit, give: str = "--parameter") -> Iterator[dict[str, Any]]:
    """Yield the members of each finding, with the names of :class:`harness.reports.Record`.

    Args:
        found: the result of the audit.
        give: the option that gives a parameter its value.
    """
    for finding in found.findings:
        yield _of_finding(finding, found.configuration.origin, give)


def found_by_comparison(found: Drift, give: str = "--parameter") -> Iterator[dict[str, Any]]:
    """Yield the members of each difference in the same way.

    Args:
        found: the two configurations and their differences.
        give: the option that gives a parameter its value.
    """
    for difference in found.differences:
        yield _of_difference(difference, found.before.origin, give)


def _reason(rule: Rule) -> str:
    """Return why a rule matters, with the facts that it rests on."""
    return f"{rule.reason} ({', '.join(rule.facts)})" if rule.facts else rule.reason


def _of_finding(finding: Finding, origin: Origin, give: str) -> dict[str, Any]:
    rule = finding.rule
    remark = f" ({finding.remark})" if finding.state == "waived" else ""
    message = f"{rule.setting} of {finding.part} is {finding.actual}"
    if finding.state != "unknown":
        message += f", expected {finding.expected}{remark}"
    return {
        "id": rule.id,
        "title": rule.title,
        "outcome": finding.state,
        "severity": str(finding.severity),
        "part": finding.part,
        "setting": rule.setting,
        "message": message,
        "reason": finding.remark if finding.state == "waived" else _reason(rule),
        # Whether anything is wrong with an unknown value, nobody knows.
        "fix": _known_by(finding.needs, give) if finding.state == "unknown" else rule.fix,
        "elsewhere": rule.elsewhere,
        **_where(finding.place, origin),
    }


def _of_difference(item: Difference, origin: Origin, give: str) -> dict[str, Any]:
    setting = f"{item.kind}.{item.path}" if item.path else item.kind
    return {
        "id": f"drift/{setting}",
        "title": f"{setting} {'may differ' if item.change == 'unknown' else 'differs'}",
        "outcome": "unknown" if item.change == "unknown" else "failed",
        "severity": "medium" if item.means else "low",
        "part": item.part,
        "setting": setting,
        "message": item.sentence,
        "reason": item.means or "",
        "fix": _known_by(_needs(item), give) if item.change == "unknown" else "",
        **_where(item.place, origin),
    }


def _needs(item: Difference) -> Iterator[NeededParameter]:
    for side in (item.before, item.after):
        for _, value in (("", side), *walk(side)):
            if isinstance(value, Unknown):
                yield from value.needs


def _known_by(needs: Iterable[NeededParameter], give: str) -> str:
    return "; ".join(ways_to_know(needs, give))


def _where(place: SourceLocation | None, origin: Origin) -> dict[str, Any]:
    if origin.format == "live pool":
        return {"file": None, "line": None}
    file = origin.name if place is None or place.file is None else place.file
    return {"file": file, "line": place.line if place else None}

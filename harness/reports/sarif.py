"""Reports as SARIF 2.1.0, for code scanning: each finding points to its line in the template.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from harness.reports.records import Record, Report
from harness.version import __version__

__all__ = ["render"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: Section 3.27.10; GitHub shows all three levels.
_LEVELS = {"info": "note", "low": "note", "medium": "warning", "high": "error", "critical": "error"}
#: GitHub sorts by security-severity: https://docs.github.com/en/code-security/code-scanning.
_SCORES = {"info": "1.0", "low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}


def render(report: Report) -> str:
    """Return one result per failed or waived record; waived records are suppressed.

    An unknown record is a notification (section 3.58) and not a result: a result has the security
    severity of its rule, and GitHub shows it as a problem whatever its level is.
    """
    shown = report.of("failed", "waived")
    rules = {record.id: record for record in shown}
    order = list(rules)
    driver = {
        "name": "cognito-harness",
        "semanticVersion": __version__,
        "rules": [_rule(record) for record in rules.values()],
    }
    notes = [_notification(record) for record in report.of("unknown")]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(record, order.index(record.id)) for record in shown],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "shortDescription": {"text": record.title},
        "fullDescription": {"text": record.reason or record.title},
        "help": {"text": record.fix or record.title},
        "properties": {
            "tags": ["cognito", *record.elsewhere],
            "security-severity": _SCORES[record.severity],
        },
    }


def _result(record: Record, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": record.id,
        "ruleIndex": rule_index,
        "level": _LEVELS[record.severity],
        "message": {"text": record.message},
        "locations": [_location(record)],
        # The fingerprint stays the same if the finding moves to another line.
        "partialFingerprints": {"setting/v1": f"{record.id}/{record.part}/{record.setting}"},
    }
    if record.outcome == "waived":
        result["suppressions"] = [{"kind": "external", "justification": record.reason}]
    return result


def _notification(record: Record) -> dict[str, Any]:
    return {
        "associatedRule": {"id": record.id},
        "level": "note",
        "message": {"text": record.message},
        "locations": [_location(record)],
    }


def _location(record: Record) -> dict[str, Any]:
    names = [{"fullyQualifiedName": f"{record.part}.{record.setting}"}]
    location: dict[str, Any] = {"logicalLocations": names}
    if record.file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": PurePath(record.file).as_posix()}}
        physical["region"] = {"startLine": record.line or 1}
        location["physicalLocation"] = physical
    return location

"""Lines of a record that tests build."""

from __future__ import annotations

from typing import Any

from harness.verdicts.run_record import FailureText, ScenarioLine
from harness.verdicts.verdict import Check, Verdict, worst

__all__ = ["broken", "call", "checked", "line"]


def line(name: str, area: str = "refresh", **members: Any) -> ScenarioLine:
    """Return the line of a scenario that holds, with other members where they are given."""
    ordinary: dict[str, Any] = {
        "id": f"scenarios/test_{area}.py::test_{name}",
        "area": area,
        "sentence": f"The sentence of {name.partition('[')[0]}.",
        "variant": {},
        "outcome": "passed",
        "verdict": Verdict.HOLDS,
    }
    return ScenarioLine(**{**ordinary, **members})


def checked(name: str, *checks: Check, area: str = "refresh", **members: Any) -> ScenarioLine:
    """Return the line of a scenario with checks; it failed if one of them does not hold."""
    verdict = worst(check.verdict for check in checks)
    failed = verdict not in (Verdict.HOLDS, Verdict.OTHER_WORDS)
    found = {"outcome": "failed" if failed else "passed", "verdict": verdict, "checks": checks}
    return line(name, area, **{**found, **members})


def broken(name: str, first_line: str, area: str = "refresh", **members: Any) -> ScenarioLine:
    """Return the line of a scenario that could not ask, because of an exception."""
    found = {
        "outcome": "failed",
        "verdict": Verdict.NOT_ASKED,
        "failure": FailureText(first_line),
    }
    return line(name, area, **{**found, **members})


def call(operation: str, outcome: str = "ok", message: str = "", **members: Any) -> dict[str, Any]:
    """Return a call as a record has it."""
    return {"operation": operation, "outcome": outcome, "message": message, "shape": {}, **members}

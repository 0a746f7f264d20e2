"""The diagrams of a scenario: variants whose calls went the same way share one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.reports.runs.events import CallStep, events_of, merged
from harness.reports.runs.messages import Messages
from harness.reports.runs.recorded_call import calls_of
from harness.reports.runs.run_summary import ScenarioGroup
from harness.verdicts.causes import fails
from harness.verdicts.run_record import ScenarioLine

__all__ = ["Diagram", "Row", "diagrams_of"]


@dataclass(frozen=True)
class Row:
    """A step of a diagram with the numbers of its messages."""

    step: CallStep
    request: int
    response: int


@dataclass(frozen=True)
class Diagram:
    """A sequence of calls.

    Attributes:
        line: the scenario whose calls and times it shows.
        rows: the calls.
        same: the other variants whose calls went the same way, with times of their own.
    """

    line: ScenarioLine
    rows: tuple[Row, ...]
    same: tuple[ScenarioLine, ...]


def diagrams_of(group: ScenarioGroup, messages: Messages) -> list[Diagram]:
    """Return the distinct diagrams of a scenario; a failure always has its own.

    Args:
        group: the scenario.
        messages: takes the requests and responses of all its calls.
    """
    found: dict[object, list[tuple[ScenarioLine, tuple[Row, ...]]]] = {}
    for line in group.lines:
        rows = _rows(line, messages)
        found.setdefault(line.id if fails(line) else _course(rows), []).append((line, rows))
    return [_diagram(same) for same in found.values() if same[0][1]]


def _diagram(same: Sequence[tuple[ScenarioLine, tuple[Row, ...]]]) -> Diagram:
    (line, rows), *others = same
    return Diagram(line, rows, tuple(other for other, _ in others))


def _rows(line: ScenarioLine, messages: Messages) -> tuple[Row, ...]:
    calls = calls_of(line)
    numbers = {id(call): (messages.request(call), messages.response(call)) for call in calls}
    return tuple(Row(step, *numbers[id(step.call)]) for step in merged(events_of(calls)))


def _course(rows: Sequence[Row]) -> object:
    """Return what is the same in diagrams that are the same: all but the times and the names."""
    return tuple((row.step.events, row.step.times) for row in rows)

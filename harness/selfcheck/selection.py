"""Which scenarios a fault is tried on: those that must notice it first, then all it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.jobs import Job, Outcome
from harness.selfcheck.planting import Planter

__all__ = ["Limits", "job_for", "touched_by"]


@dataclass(frozen=True)
class Limits:
    """How long one fault is tried.

    Attributes:
        more: how many scenarios still run after the first one has noticed the fault.
        seconds: the time limit.
    """

    more: int = 12
    seconds: float = 300.0


def job_for(
    fault: PlantedFault,
    table: str,
    baseline: Iterable[Outcome],
    limits: Limits,
    only: Collection[str] | None = None,
) -> Job:
    """Return the job of a fault.

    Args:
        fault: the fault.
        table: the module that has it.
        baseline: how every scenario ended on a truthful Cognito.
        limits: how long it is tried.
        only: names of scenarios, of each of which one variant runs; the others are left out.
    """
    places, operations = touched_by(fault)
    ran = [each for each in baseline if each.outcome == "passed"]
    if only is not None:
        one_each = {each.scenario: each for each in reversed(ran) if each.scenario in only}
        ran = [each for each in ran if each is one_each.get(each.scenario)]
    expected = [each for each in ran if fault.expects(each.scenario)]
    concerned = [
        each
        for each in ran
        if not fault.expects(each.scenario)
        and (places.intersection(each.entered) or operations.intersection(each.operations))
    ]
    return Job(
        table=table,
        fault=fault.id,
        first=_in_turns(expected) if only is None else _in_turns([*expected, *concerned]),
        then=_in_turns(concerned) if only is None else (),
        more=limits.more if only is None else len(ran),
        seconds=limits.seconds,
    )


def touched_by(fault: PlantedFault) -> tuple[set[str], set[str]]:
    """Return the places that a fault replaces, and the operations that it concerns."""
    planter = Planter()
    try:
        fault.plant(planter)
        return planter.entered, planter.operations | set(fault.operations)
    finally:
        planter.undo()


def _in_turns(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Return node ids: one variant of each scenario, then the second one of each, and so on."""
    turns: dict[str, int] = {}
    ordered: list[tuple[int, int, str]] = []
    for place, outcome in enumerate(outcomes):
        turn = turns[outcome.scenario] = turns.get(outcome.scenario, -1) + 1
        ordered.append((turn, place, outcome.node_id))
    return tuple(node_id for _, _, node_id in sorted(ordered))

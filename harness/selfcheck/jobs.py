"""What the run and its workers tell each other, as lines of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.selfcheck.fault import scenario_name
from harness.verdicts.verdict import Verdict

__all__ = ["Job", "JobResult", "Outcome", "read_job", "read_result", "written"]


@dataclass(frozen=True)
class Outcome:
    """How one scenario ended.

    Attributes:
        node_id: pytest's node id.
        outcome: passed, failed or skipped.
        verdict: why it failed.
        facts: the facts of the check that failed.
        message: the first line of the failure, without secrets.
        errors: what broke in the emulator itself.
        operations: the operations that it called.
        entered: the functions of the emulator that it entered, if they were observed.
    """

    node_id: str
    outcome: str
    verdict: Verdict | None = None
    facts: str = ""
    message: str = ""
    errors: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()

    @property
    def scenario(self) -> str:
        """The name of the scenario, without its variant."""
        return scenario_name(self.node_id)


@dataclass(frozen=True)
class Job:
    """Scenarios to run on the emulator, with a fault or without.

    Attributes:
        table: the module of the faults.
        fault: id of the fault; empty for a truthful Cognito.
        first: the scenarios to run in any case, each until it notices the fault in a variant.
        then: the scenarios to run until one notices the fault.
        more: how many scenarios of ``first`` still run after the first one has noticed it.
        seconds: the time limit.
        observed: whether to note the functions that the scenarios enter.
    """

    table: str
    fault: str = ""
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    more: int = 0
    seconds: float = 0.0
    observed: bool = False


@dataclass(frozen=True)
class JobResult:
    """How a job ended.

    Attributes:
        outcomes: of the scenarios that ran, in order.
        seconds: how long it took.
        ended: ``whole``; ``time`` if the time limit ended it; ``lost`` if its process broke down.
    """

    outcomes: tuple[Outcome, ...] = field(default=())
    seconds: float = 0.0
    ended: str = "whole"


def written(value: Job | JobResult | Outcome) -> str:
    """Return a line of JSON, with its end."""
    return json.dumps(asdict(value)) + "\n"


def read_job(line: str) -> Job:
    """Return the job of a line."""
    members = json.loads(line)
    return Job(**{**members, **{name: tuple(members[name]) for name in ("first", "then")}})


def read_result(line: str) -> JobResult:
    """Return the result of a line."""
    members = json.loads(line)
    outcomes = tuple(outcome_of(each) for each in members.pop("outcomes"))
    return JobResult(outcomes, **members)


def outcome_of(members: dict[str, Any]) -> Outcome:
    """Return the outcome of a scenario from its plain data."""
    verdict = members["verdict"]
    lists = {name: tuple(members[name]) for name in ("errors", "operations", "entered")}
    return Outcome(**{**members, **lists, "verdict": None if verdict is None else Verdict(verdict)})

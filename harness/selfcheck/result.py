"""What the self-proof found: how each fault ended, and which scenarios notice none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.jobs import JobResult, Outcome

__all__ = [
    "End",
    "FaultResult",
    "Notice",
    "Result",
    "judged",
    "notice_of",
    "read_result_file",
    "shows",
]

FORMAT = 1


class End(str, Enum):
    """How a fault ended; the texts are those of reports."""

    NOTICED = "noticed"
    GREEN = "stays green"
    OTHER_REASON = "fails for another reason"
    BROKEN = "breaks the emulator"
    TOO_LONG = "takes too long"

    def __str__(self) -> str:
        """Return the text."""
        return self.value


@dataclass(frozen=True)
class Notice:
    """A scenario that failed on a fault.

    Attributes:
        scenario: its name.
        verdict: how its check turned out.
        facts: the facts of the check.
        message: the first line of the failure.
    """

    scenario: str
    verdict: str
    facts: str
    message: str


@dataclass(frozen=True)
class FaultResult:
    """How one fault ended.

    Attributes:
        notices: the scenarios that failed for the right reason, the first one first; if there is
            none, one that failed for another.
        ran: how many scenarios ran.
        seconds: how long they took.
        reason: why it may end as it does; empty where nothing has to be said.
    """

    id: str
    wrong: str
    area: str
    kind: str
    end: End
    notices: tuple[Notice, ...] = ()
    ran: int = 0
    seconds: float = 0.0
    reason: str = ""

    @property
    def counts_against(self) -> bool:
        """Whether the fault makes the self-proof fail: unnoticed, and without a reason."""
        return (self.end is End.NOTICED) == bool(self.reason)


@dataclass(frozen=True)
class Result:
    """What a run of the self-proof found.

    Attributes:
        faults: how each fault ended.
        idle: the scenarios that notice no fault, with the reason; empty where there is none.
        needless: the scenarios that have a reason to notice no fault, and notice one.
        scenarios: how many scenarios there are.
        whole: whether all faults were planted.
        seconds: how long the run took.
        interrupted: whether it was interrupted, so that some faults were not tried.
    """

    faults: tuple[FaultResult, ...]
    idle: dict[str, str]
    needless: tuple[str, ...]
    scenarios: int
    whole: bool
    seconds: float
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        """Whether every fault is noticed and every scenario notices one, but for the reasons."""
        complete = not self.interrupted and not self.needless
        return complete and not self.unnoticed() and all(self.idle.values())

    def unnoticed(self) -> list[FaultResult]:
        """Return the faults that count against the scenarios."""
        return [fault for fault in self.faults if fault.counts_against]

    def as_json(self) -> str:
        """Return the result as a JSON document."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n"


def judged(fault: PlantedFault, result: JobResult, reason: str = "") -> FaultResult:
    """Return how a fault ended."""
    failed = [each for each in result.outcomes if each.outcome == "failed"]
    sound = [each for each in failed if not each.errors]
    right = [each for each in sound if shows(each, fault)]
    shown = right or sound[:1] or failed[:1]
    return FaultResult(
        id=fault.id,
        wrong=fault.wrong,
        area=fault.area,
        kind=fault.kind,
        end=_end(result, failed, sound, right),
        notices=tuple(notice_of(each) for each in _one_each(shown)),
        ran=len(result.outcomes),
        seconds=round(result.seconds, 1),
        reason=reason,
    )


def shows(outcome: Outcome, fault: PlantedFault) -> bool:
    """Return whether a scenario failed for a fault, and not because the emulator fell over."""
    return (
        outcome.outcome == "failed"
        and not outcome.errors
        and fault.is_shown_by(outcome.scenario, outcome.verdict, outcome.facts, outcome.message)
    )


def _end(
    result: JobResult, failed: list[Outcome], sound: list[Outcome], right: list[Outcome]
) -> End:
    if result.ended == "time":
        return End.TOO_LONG
    if right:
        return End.NOTICED
    if sound:
        return End.OTHER_REASON
    return End.BROKEN if failed or result.ended == "lost" else End.GREEN


def _one_each(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the first outcome of each scenario."""
    return list({each.scenario: each for each in reversed(list(outcomes))}.values())[::-1]


def notice_of(outcome: Outcome) -> Notice:
    """Return how a scenario noticed a fault."""
    return Notice(outcome.scenario, str(outcome.verdict), outcome.facts, outcome.message)


def read_result_file(path: Path) -> Result:
    """Read a result that a run wrote.

    Raises:
        ConfigurationError: the file cannot be read, or is no such result.
    """
    try:
        members: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if members.pop("format") != FORMAT:
            raise ValueError(f"the format is not {FORMAT}")
        faults = tuple(_fault_result(each) for each in members.pop("faults"))
        needless = tuple(members.pop("needless"))
        return Result(faults=faults, needless=needless, **members)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigurationError("FILE", given=str(path), hint=str(error)) from None


def _fault_result(members: dict[str, Any]) -> FaultResult:
    notices = tuple(Notice(**each) for each in members["notices"])
    return FaultResult(**{**members, "end": End(members["end"]), "notices": notices})

"""A run of the self-proof: a baseline, each fault, and the scenarios that have noticed nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from harness.clock import stopwatch
from harness.errors import HarnessError
from harness.selfcheck.exceptions import IDLE_SCENARIOS, UNNOTICED_FAULTS
from harness.selfcheck.fault import PlantedFault, faults_of
from harness.selfcheck.jobs import Job, Outcome
from harness.selfcheck.result import (
    End,
    FaultResult,
    Notice,
    Result,
    judged,
    notice_of,
    shows,
)
from harness.selfcheck.selection import Limits, job_for
from harness.selfcheck.workers import Workers

__all__ = ["TABLE", "Plan", "chosen_faults", "selfcheck"]

#: The module that has the faults.
TABLE = "harness.selfcheck.faults"
#: How many scenarios a worker runs at a time for the baseline.
_PART = 80
#: How many faults are tried before the scenarios that have noticed one by then are left out.
_ROUND = 8

#: Shows one line of progress.
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        folder: the folder of the scenarios.
        faults: the faults to plant.
        table: the module that has them.
        workers: how many processes.
        whole: whether these are all faults, so that each scenario must notice one.
        forks: whether workers fork; ``None`` wherever that is possible.
        unnoticed: which faults may stay unnoticed, by id, with the reason.
        idle: which scenarios may notice no fault, by name, with the reason.
        limits: how long one fault is tried.
    """

    folder: Path
    faults: tuple[PlantedFault, ...]
    table: str = TABLE
    workers: int = 2
    whole: bool = True
    forks: bool | None = None
    unnoticed: Mapping[str, str] = field(default_factory=lambda: UNNOTICED_FAULTS)
    idle: Mapping[str, str] = field(default_factory=lambda: IDLE_SCENARIOS)
    limits: Limits = field(default_factory=Limits)


def chosen_faults(patterns: Iterable[str], table: str = TABLE) -> tuple[PlantedFault, ...]:
    """Return the faults whose id or area matches one of the patterns; all without a pattern."""
    wanted, faults = tuple(patterns), faults_of(table)
    if not wanted:
        return faults
    return tuple(
        fault
        for fault in faults
        if any(fnmatchcase(name, each) for each in wanted for name in (fault.id, fault.area))
    )


def selfcheck(plan: Plan, say: Say) -> Result:
    """Plant each fault, run the scenarios that it concerns, and return what they noticed.

    A run that is interrupted returns the faults that it has tried by then.

    Raises:
        HarnessError: a scenario fails on a truthful Cognito.
        KeyboardInterrupt: the run is interrupted before it has tried a fault.
    """
    elapsed = stopwatch()
    results: list[FaultResult] = []
    noticed: list[tuple[PlantedFault, Outcome]] = []
    interrupted = False
    with Workers(plan.folder, plan.workers, forks=plan.forks) as workers:
        baseline = _baseline(workers, say)
        try:
            _try_faults(plan, workers, baseline, say, results)
            if plan.whole:
                idle = _idle_scenarios(baseline, results, noticed)
                _try_idle(plan, workers, baseline, idle, say, noticed)
        except KeyboardInterrupt:
            if not results:
                raise
            interrupted = True
    return _result(plan, baseline, results, noticed, elapsed(), interrupted=interrupted)


def _result(
    plan: Plan,
    baseline: Sequence[Outcome],
    results: Sequence[FaultResult],
    noticed: Sequence[tuple[PlantedFault, Outcome]],
    seconds: float,
    *,
    interrupted: bool,
) -> Result:
    whole = plan.whole and not interrupted
    idle = _idle_scenarios(baseline, results, noticed) if whole else []
    return Result(
        faults=_with_notices(results, noticed),
        idle={name: plan.idle.get(name, "") for name in idle},
        needless=tuple(sorted(plan.idle.keys() - set(idle))) if whole else (),
        scenarios=len(_names(baseline)),
        whole=whole,
        seconds=round(seconds, 1),
        interrupted=interrupted,
    )


def _idle_scenarios(
    baseline: Sequence[Outcome],
    results: Iterable[FaultResult],
    noticed: Iterable[tuple[PlantedFault, Outcome]],
) -> list[str]:
    """Return the scenarios that have noticed no fault."""
    busy = {name for found in results for name in _noticing(found)}
    busy |= {outcome.scenario for _, outcome in noticed}
    return [name for name in _names(baseline) if name not in busy]


def _names(baseline: Iterable[Outcome]) -> list[str]:
    return list(dict.fromkeys(each.scenario for each in baseline))


def _baseline(workers: Workers, say: Say) -> list[Outcome]:
    """Run every scenario on a truthful Cognito, and note what it enters."""
    elapsed, node_ids = stopwatch(), workers.node_ids()
    parts = [node_ids[place : place + _PART] for place in range(0, len(node_ids), _PART)]
    jobs = [Job(table="", first=tuple(part), observed=True) for part in parts]
    outcomes = [each for result in workers.map(jobs) for each in result.outcomes]
    failed = [each for each in outcomes if each.outcome == "failed"]
    if failed or len(outcomes) < len(node_ids):
        what = f"{failed[0].node_id}: {failed[0].message}" if failed else "a worker broke down"
        raise HarnessError(f"the scenarios must pass on a truthful Cognito first: {what}")
    say(f"{len(outcomes)} scenarios pass on a truthful Cognito ({elapsed():.0f} s)")
    return outcomes


def _try_faults(
    plan: Plan,
    workers: Workers,
    baseline: Sequence[Outcome],
    say: Say,
    results: list[FaultResult],
) -> None:
    """Add the result of each fault as soon as it is there, so that an interruption keeps it."""
    jobs = [job_for(fault, plan.table, baseline, plan.limits) for fault in plan.faults]
    for fault, result in zip(plan.faults, workers.map(jobs), strict=True):
        found = judged(fault, result, plan.unnoticed.get(fault.id, ""))
        results.append(found)
        say(f"[{len(results)}/{len(plan.faults)}] {line_about(found)}")


def line_about(found: FaultResult) -> str:
    """Return one line about a fault."""
    scenario = f" by {found.notices[0].scenario}" if found.notices else ""
    others = f" and {len(found.notices) - 1} more" if len(found.notices) > 1 else ""
    where = scenario if found.end is End.NOTICED else scenario.replace(" by ", " in ")
    return f"{found.id}: {found.end}{where}{others} ({found.ran} ran, {found.seconds:.1f} s)"


def _noticing(found: FaultResult) -> set[str]:
    return {each.scenario for each in found.notices} if found.end is End.NOTICED else set()


def _try_idle(
    plan: Plan,
    workers: Workers,
    baseline: Sequence[Outcome],
    idle: list[str],
    say: Say,
    noticed: list[tuple[PlantedFault, Outcome]],
) -> None:
    """Try all faults on the scenarios that have noticed none, and add what they notice."""
    left = {name for name in idle if name not in plan.idle}
    for place in range(0, len(plan.faults), _ROUND):
        if not left:
            break
        faults = plan.faults[place : place + _ROUND]
        jobs = [job_for(each, plan.table, baseline, plan.limits, left) for each in faults]
        tried = [(fault, job) for fault, job in zip(faults, jobs, strict=True) if job.first]
        for (fault, _), result in zip(tried, workers.map([j for _, j in tried]), strict=True):
            for outcome in result.outcomes:
                if outcome.scenario in left and shows(outcome, fault):
                    left.remove(outcome.scenario)
                    noticed.append((fault, outcome))
                    say(f"{outcome.scenario} notices {fault.id}")


def _with_notices(
    results: Iterable[FaultResult], noticed: Iterable[tuple[PlantedFault, Outcome]]
) -> tuple[FaultResult, ...]:
    """Return the results with what scenarios noticed that had noticed nothing at first."""
    more: dict[str, list[Notice]] = {}
    for fault, outcome in noticed:
        more.setdefault(fault.id, []).append(notice_of(outcome))
    return tuple(
        replace(each, end=End.NOTICED, notices=(*_right(each), *more[each.id]))
        if each.id in more
        else each
        for each in results
    )


def _right(found: FaultResult) -> tuple[Notice, ...]:
    return found.notices if found.end is End.NOTICED else ()

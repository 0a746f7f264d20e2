"""Steps that became slower or faster between two runs, by more than noise explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.reports.runs.latency_rows import latencies_by_step, percentile
from harness.verdicts.run_record import RunRecord

__all__ = ["LatencyBound", "LatencyChange", "latency_changes"]


@dataclass(frozen=True)
class LatencyBound:
    """What a latency must differ by to be listed.

    Attributes:
        percent: by how much the slower median exceeds the faster one.
        milliseconds: by how much at least.
        calls: how many calls each run needs.
    """

    percent: float = 50.0
    milliseconds: float = 2.0
    calls: int = 20

    def __str__(self) -> str:
        """Return the bound in words."""
        return (
            f"medians that differ by {self.percent:g} % and {self.milliseconds:g} ms, "
            f"of {self.calls} calls in each run, with middle halves that do not overlap"
        )


@dataclass(frozen=True)
class LatencyChange:
    """A step that became slower or faster.

    Attributes:
        name: the operation with its step.
        before: the earlier median in milliseconds.
        after: the median now.
        calls: how many calls each run has.
    """

    name: str
    before: float
    after: float
    calls: tuple[int, int]

    @property
    def percent(self) -> float:
        """The change in percent of the earlier median."""
        return (self.after / self.before - 1) * 100 if self.before else float("inf")


def latency_changes(
    before: RunRecord, after: RunRecord, bound: LatencyBound
) -> Iterator[LatencyChange]:
    """Yield the steps of both runs that differ by more than the bound.

    A busy machine slows some calls down and not others. So the middle half of the calls of the
    slower run, from quartile to quartile, must also lie above that of the faster run.
    """
    old, new = _milliseconds(before), _milliseconds(after)
    for name in sorted(old.keys() & new.keys()):
        if min(len(old[name]), len(new[name])) < bound.calls:
            continue
        if _differ(old[name], new[name], bound):
            was, now = (round(percentile(values, 50), 3) for values in (old[name], new[name]))
            yield LatencyChange(name, was, now, (len(old[name]), len(new[name])))


def _differ(old: Sequence[float], new: Sequence[float], bound: LatencyBound) -> bool:
    fast, slow = sorted((old, new), key=lambda values: percentile(values, 50))
    faster, slower = percentile(fast, 50), percentile(slow, 50)
    return (
        slower - faster >= bound.milliseconds
        and slower >= faster * (1 + bound.percent / 100)
        and percentile(slow, 25) > percentile(fast, 75)
    )


def _milliseconds(record: RunRecord) -> dict[str, list[float]]:
    return {
        name: sorted(call.latency_seconds * 1000 for call in calls)
        for name, calls in latencies_by_step(record).items()
    }

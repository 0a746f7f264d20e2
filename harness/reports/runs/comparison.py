"""What changed between two runs: verdicts, responses, texts, latencies, and what was run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.reports.runs.call_changes import CallChange, call_changes
from harness.reports.runs.latency_changes import LatencyBound, LatencyChange, latency_changes
from harness.verdicts.run_record import RunLine, RunRecord, ScenarioLine
from harness.verdicts.verdict import Verdict

__all__ = ["RunComparison", "VerdictChange", "compare"]


@dataclass(frozen=True)
class VerdictChange:
    """A scenario whose verdict is another one than before.

    Attributes:
        scenario: its id.
        before: the earlier verdict.
        after: the verdict now.
        first_line: why it fails now; empty if it does not.
    """

    scenario: str
    before: Verdict
    after: Verdict
    first_line: str = ""

    @property
    def worse(self) -> bool:
        """Whether the verdict weighs more than before."""
        order = list(Verdict)
        return order.index(self.after) > order.index(self.before)


@dataclass(frozen=True)
class RunComparison:
    """What changed.

    Attributes:
        before: the earlier run.
        after: the run that is reported.
        cut_off: which of the two records has no end, in words; empty if both have one.
        verdicts: the scenarios whose verdict changed.
        came: the scenarios that only this run has asked.
        went: the scenarios that only the earlier run has asked.
        codes: calls with another outcome.
        shapes: responses with other members or types.
        texts: errors with another text.
        calls: calls that a scenario made in one run only.
        latencies: steps that are slower or faster by more than the bound.
        bound: what a latency must differ by.
    """

    before: RunLine
    after: RunLine
    cut_off: str
    verdicts: tuple[VerdictChange, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    codes: tuple[CallChange, ...]
    shapes: tuple[CallChange, ...]
    texts: tuple[CallChange, ...]
    calls: tuple[CallChange, ...]
    latencies: tuple[LatencyChange, ...]
    bound: LatencyBound

    @property
    def worse(self) -> list[VerdictChange]:
        """The scenarios whose verdict is worse than before."""
        return [change for change in self.verdicts if change.worse]

    @property
    def better(self) -> list[VerdictChange]:
        """The scenarios whose verdict is better than before."""
        return [change for change in self.verdicts if not change.worse]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        changed = (self.verdicts, self.came, self.went, self.codes, self.shapes, self.texts)
        return not any((*changed, self.calls, self.latencies))


def compare(
    after: RunRecord, before: RunRecord, bound: LatencyBound | None = None
) -> RunComparison:
    """Return what changed since an earlier run.

    Args:
        after: the run that is reported.
        before: the earlier run.
        bound: what a latency must differ by; ``None`` for the usual bound.
    """
    bound = bound or LatencyBound()
    old, new = _asked(before), _asked(after)
    both = [(old[name], line) for name, line in new.items() if name in old]
    changes = call_changes(both)
    return RunComparison(
        before=before.run,
        after=after.run,
        cut_off=_cut_off(before, after),
        verdicts=tuple(_verdict_changes(both)),
        came=tuple(name for name in new if name not in old),
        went=tuple(name for name in old if name not in new),
        codes=changes["codes"],
        shapes=changes["shapes"],
        texts=changes["texts"],
        calls=changes["calls"],
        latencies=tuple(latency_changes(before, after, bound)),
        bound=bound,
    )


def _asked(record: RunRecord) -> dict[str, ScenarioLine]:
    return {line.id: line for line in record.scenarios if line.verdict is not None}


def _verdict_changes(pairs: Iterable[tuple[ScenarioLine, ScenarioLine]]) -> list[VerdictChange]:
    return [
        VerdictChange(
            new.id, old.verdict, new.verdict, new.failure.first_line if new.failure else ""
        )
        for old, new in pairs
        if old.verdict is not None and new.verdict is not None and old.verdict is not new.verdict
    ]


def _cut_off(before: RunRecord, after: RunRecord) -> str:
    named = {"the earlier run": before, "this run": after}
    return " and ".join(name for name, record in named.items() if record.end is None)

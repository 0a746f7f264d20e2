"""What changed between two runs: verdicts, responses, texts, latencies, and what was run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.reports.runs.call_changes import CallChange, call_changes
from harness.reports.runs.latency_changes import LatencyBound, LatencyChange, latency_changes
from harness.verdicts.causes import fails
from harness.verdicts.run_record import RunLine, RunRecord, ScenarioLine
from harness.verdicts.verdict import Verdict

__all__ = ["RunComparison", "VerdictChange", "compare"]

_NOW = "this run"


@dataclass(frozen=True)
class VerdictChange:
    """A scenario that turned out otherwise than before: by its verdict, or by its outcome.

    Attributes:
        scenario: its id.
        before: the earlier verdict.
        after: the verdict now.
        first_line: why it fails now; empty if it does not.
        failed: whether it failed in the earlier run.
        fails: whether it fails now.
    """

    scenario: str
    before: Verdict
    after: Verdict
    first_line: str = ""
    failed: bool = False
    fails: bool = False

    @property
    def worse(self) -> bool:
        """Whether the verdict weighs more than before, or says nothing where one was known.

        With the same verdict, failing is worse than passing.
        """
        if self.before is self.after:
            return self.fails
        order = list(Verdict)
        lost = self.after is Verdict.NOT_ASKED
        return lost or order.index(self.after) > order.index(self.before)

    @property
    def was(self) -> str:
        """The earlier verdict, with the outcome if that is what changed."""
        return self._said(self.before, fails=self.failed)

    @property
    def is_now(self) -> str:
        """The verdict now, with the outcome if that is what changed."""
        return self._said(self.after, fails=self.fails)

    def _said(self, verdict: Verdict, *, fails: bool) -> str:
        if self.before is not self.after:
            return str(verdict)
        return f"{verdict}, {'failed' if fails else 'not failed'}"


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
        lost: those of them that had not failed.
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
    lost: tuple[str, ...]
    codes: tuple[CallChange, ...]
    shapes: tuple[CallChange, ...]
    texts: tuple[CallChange, ...]
    calls: tuple[CallChange, ...]
    latencies: tuple[LatencyChange, ...]
    bound: LatencyBound

    @property
    def regressed(self) -> bool:
        """Whether a verdict is worse, or not known any more: its scenario went, or the run did."""
        return bool(self.worse or self.lost or self.unfinished)

    @property
    def unfinished(self) -> bool:
        """Whether the run that is reported was cut off."""
        return _NOW in self.cut_off

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
        lost=tuple(name for name in old if name not in new and not fails(old[name])),
        codes=changes["codes"],
        shapes=changes["shapes"],
        texts=changes["texts"],
        calls=changes["calls"],
        latencies=tuple(latency_changes(before, after, bound)),
        bound=bound,
    )


def _asked(record: RunRecord) -> dict[str, ScenarioLine]:
    return {
        line.id: line
        for line in record.scenarios
        if line.verdict is not None and line.outcome != "skipped"
    }


def _verdict_changes(pairs: Iterable[tuple[ScenarioLine, ScenarioLine]]) -> list[VerdictChange]:
    return [
        VerdictChange(
            new.id,
            old.verdict,
            new.verdict,
            new.failure.first_line if new.failure else "",
            fails(old),
            fails(new),
        )
        for old, new in pairs
        if old.verdict is not None
        and new.verdict is not None
        and (old.verdict is not new.verdict or fails(old) != fails(new))
    ]


def _cut_off(before: RunRecord, after: RunRecord) -> str:
    named = {"the earlier run": before, _NOW: after}
    return " and ".join(name for name, record in named.items() if record.end is None)

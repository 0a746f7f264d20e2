"""The scorecard of a run on a service: how many scenarios hold, by area, and why others do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.verdicts.causes import Cause, causes_of, fails, general
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.verdict import Check, Verdict

__all__ = ["AreaScore", "ScenarioScore", "Scorecard", "Tally", "WordDifference"]


@dataclass(frozen=True)
class Tally:
    """How many variants turned out how.

    Attributes:
        by_verdict: the number of variants with each verdict; every verdict is there.
        not_run: how many variants were skipped.
    """

    by_verdict: Mapping[Verdict, int]
    not_run: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict | None]) -> Tally:
        """Count verdicts; ``None`` stands for a variant that was skipped."""
        counts = Counter(verdicts)
        return cls({verdict: counts[verdict] for verdict in Verdict}, counts[None])

    @property
    def asked(self) -> int:
        """The number of variants that were run."""
        return sum(self.by_verdict.values())

    @property
    def hold(self) -> int:
        """The number of variants that hold."""
        return self.by_verdict[Verdict.HOLDS]


@dataclass(frozen=True)
class ScenarioScore:
    """One scenario in all its variants.

    Attributes:
        name: the name of its function, without ``test_``.
        sentence: what must hold.
        tally: how its variants turned out.
    """

    name: str
    sentence: str
    tally: Tally


@dataclass(frozen=True)
class AreaScore:
    """The scenarios of one area."""

    area: str
    scenarios: tuple[ScenarioScore, ...]
    tally: Tally


@dataclass(frozen=True)
class WordDifference:
    """A refusal with the right code, in other words than Cognito's.

    Attributes:
        expected: Cognito's code and words.
        answered: the service's.
        count: how often they differed.
    """

    expected: str
    answered: str
    count: int


@dataclass(frozen=True)
class Scorecard:
    """What a run found out about a service.

    Attributes:
        areas: the areas by name.
        tally: how all variants turned out.
        checks: how all checks turned out.
        causes: the root causes of what failed, the most frequent first.
        words: the refusals in other words, the most frequent first.
        not_run: why variants were skipped, with their number.
        failed: how many variants failed.
    """

    areas: tuple[AreaScore, ...]
    tally: Tally
    checks: Tally
    causes: tuple[Cause, ...] = ()
    words: tuple[WordDifference, ...] = ()
    not_run: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0

    @property
    def incomplete(self) -> str:
        """What the run did not find out, even if nothing failed; empty if it found out all."""
        not_asked = self.tally.by_verdict[Verdict.NOT_ASKED]
        if not self.tally.asked:
            return "nothing was asked"
        if not_asked:
            return f"{not_asked} of {self.tally.asked} variants could not be asked"
        return (
            "" if self.tally.hold + self.tally.by_verdict[Verdict.OTHER_WORDS] else "nothing holds"
        )

    @classmethod
    def of(cls, lines: Iterable[ScenarioLine]) -> Scorecard:
        """Return the scorecard of the scenarios of a run."""
        found = tuple(lines)
        return cls(
            areas=tuple(_areas(found)),
            tally=_tally(found),
            checks=Tally.of(check.verdict for check in _checks(found)),
            causes=causes_of(found),
            words=tuple(_words(_checks(found))),
            not_run=dict(Counter(general(line.reason) for line in found if _is_skipped(line))),
            failed=sum(fails(line) for line in found),
        )


def _areas(lines: tuple[ScenarioLine, ...]) -> Iterator[AreaScore]:
    by_area: dict[str, list[ScenarioLine]] = {}
    for line in lines:
        by_area.setdefault(line.area, []).append(line)
    for area, members in sorted(by_area.items()):
        yield AreaScore(area, tuple(_scenarios(members)), _tally(members))


def _scenarios(lines: Iterable[ScenarioLine]) -> Iterator[ScenarioScore]:
    by_name: dict[str, list[ScenarioLine]] = {}
    for line in lines:
        by_name.setdefault(_name(line), []).append(line)
    for name, members in sorted(by_name.items()):
        yield ScenarioScore(name, members[0].sentence, _tally(members))


def _name(line: ScenarioLine) -> str:
    return line.id.rpartition("::")[2].partition("[")[0].removeprefix("test_")


def _tally(lines: Iterable[ScenarioLine]) -> Tally:
    return Tally.of(_verdict(line) for line in lines)


def _verdict(line: ScenarioLine) -> Verdict | None:
    """Return the verdict that counts: none for what was skipped, even if the record has one."""
    if _is_skipped(line):
        return None
    return line.verdict or Verdict.NOT_ASKED


def _is_skipped(line: ScenarioLine) -> bool:
    return line.outcome == "skipped"


def _checks(lines: Iterable[ScenarioLine]) -> Iterator[Check]:
    for line in lines:
        yield from line.checks


def _words(checks: Iterable[Check]) -> Iterator[WordDifference]:
    differing = Counter(
        (general(check.expected), general(check.answered))
        for check in checks
        if check.verdict is Verdict.OTHER_WORDS
    )
    for (expected, answered), count in sorted(differing.items(), key=lambda item: -item[1]):
        yield WordDifference(expected, answered, count)

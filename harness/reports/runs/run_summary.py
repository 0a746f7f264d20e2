"""A run at a glance: its scenarios with their variants, verdicts, failures and areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from harness.verdicts.causes import cause_of, fails
from harness.verdicts.run_record import RunRecord, ScenarioLine
from harness.verdicts.verdict import Verdict, worst

__all__ = [
    "SLUGS",
    "RunSummary",
    "ScenarioGroup",
    "counts_of",
    "slug_of",
    "split_id",
    "worst_of",
]

#: Short names of the verdicts, for style sheets and scripts; the empty one is of skipped scenarios.
SLUGS: dict[Verdict | None, str] = {
    Verdict.HOLDS: "holds",
    Verdict.OTHER_WORDS: "words",
    Verdict.NOT_ASKED: "unasked",
    Verdict.OTHER_CODE: "code",
    Verdict.ANSWERED_OTHERWISE: "otherwise",
    Verdict.NOT_REFUSED: "open",
    None: "skipped",
}
_SKIPPED = "skipped"
#: pytest's exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html
_PASSED, _FAILED, _NO_TEST_RAN = 0, 1, 5
#: How a note begins that says why no test ran.
_NO_TEST = "no test ran: "


@dataclass(frozen=True)
class ScenarioGroup:
    """A scenario with all its variants.

    Attributes:
        name: pytest's node id without the variant.
        area: the module.
        sentence: what must hold.
        lines: one for each variant, in the order of the run.
    """

    name: str
    area: str
    sentence: str
    lines: tuple[ScenarioLine, ...]

    @property
    def title(self) -> str:
        """The name of the function."""
        return self.name.rpartition("::")[2].removeprefix("test_").replace("_", " ")

    @property
    def verdict(self) -> Verdict | None:
        """The verdict that weighs most; ``None`` if all were skipped."""
        return worst_of(self.lines)


class RunSummary:
    """What the reports say about a run.

    Args:
        record: the record of the run.
    """

    def __init__(self, record: RunRecord) -> None:
        self.record = record

    @property
    def complete(self) -> bool:
        """Whether the record has its end; without one the run was cut off."""
        return self.record.end is not None

    @property
    def exit_code(self) -> int:
        """pytest's exit code; 0 if the run was cut off."""
        return self.record.end.exit_code if self.record.end is not None else 0

    @property
    def trouble(self) -> str:
        """Why the run is no success although no scenario failed; empty if there is no reason."""
        if not self.complete:
            return "The run was cut off: its record has no end."
        nothing_ran = all(line.outcome == _SKIPPED for line in self.record.scenarios)
        if nothing_ran and self.exit_code in (_PASSED, _NO_TEST_RAN):
            return f"No scenario was run{self._why_none}."
        if self.exit_code and not (self.exit_code == _FAILED and self.failures):
            return f"The run ended with exit code {self.exit_code}."
        return ""

    @property
    def _why_none(self) -> str:
        """What the run itself says of it, behind a colon; empty if it says nothing."""
        notes = self.record.end.notes if self.record.end is not None else ()
        said = (note.partition(_NO_TEST)[2] for note in notes if note.startswith(_NO_TEST))
        return next((f": {why.rpartition('; ')[0]}" for why in said), "")

    @property
    def went_well(self) -> bool:
        """Whether the run came to its end, something was run, and nothing failed."""
        return not self.failures and not self.trouble

    @cached_property
    def groups(self) -> list[ScenarioGroup]:
        """The scenarios in the order of the run."""
        found: dict[str, list[ScenarioLine]] = {}
        for line in self.record.scenarios:
            found.setdefault(split_id(line.id)[0], []).append(line)
        return [
            ScenarioGroup(name, lines[0].area, lines[0].sentence, tuple(lines))
            for name, lines in found.items()
        ]

    @cached_property
    def areas(self) -> dict[str, list[ScenarioGroup]]:
        """The scenarios by area, in alphabetical order."""
        found: dict[str, list[ScenarioGroup]] = {}
        for group in self.groups:
            found.setdefault(group.area, []).append(group)
        return dict(sorted(found.items()))

    @property
    def counts(self) -> dict[str, int]:
        """How many scenarios have each verdict, and how many were skipped."""
        return counts_of(self.record.scenarios)

    @property
    def failures(self) -> list[ScenarioLine]:
        """The scenarios that failed."""
        return [line for line in self.record.scenarios if fails(line)]

    @cached_property
    def causes(self) -> list[tuple[str, list[ScenarioLine]]]:
        """The failures by their cause, the most frequent first."""
        found: dict[str, list[ScenarioLine]] = {}
        for line in self.failures:
            found.setdefault(cause_of(line), []).append(line)
        return sorted(found.items(), key=lambda item: -len(item[1]))

    @property
    def seconds(self) -> float:
        """The time of all scenarios together."""
        return sum(line.duration_seconds for line in self.record.scenarios)

    @property
    def calls(self) -> int:
        """The number of API calls."""
        return sum(len(line.calls) for line in self.record.scenarios)


def counts_of(lines: Iterable[ScenarioLine]) -> dict[str, int]:
    """Return how many lines have each verdict, all verdicts in their order, and ``skipped``."""
    found = Counter(_SKIPPED if line.verdict is None else str(line.verdict) for line in lines)
    return {name: found[name] for name in (*map(str, Verdict), _SKIPPED)}


def worst_of(lines: Iterable[ScenarioLine]) -> Verdict | None:
    """Return the verdict that weighs most; ``None`` if all were skipped."""
    verdicts = [line.verdict for line in lines if line.verdict is not None]
    return worst(verdicts) if verdicts else None


def slug_of(verdict: Verdict | None) -> str:
    """Return the short name of a verdict."""
    return SLUGS[verdict]


def split_id(node_id: str) -> tuple[str, str]:
    """Return pytest's node id without the variant, and the variant's words in brackets."""
    file, _, rest = node_id.partition("::")
    name, bracket, words = rest.partition("[")
    variant = words.removesuffix("]") if bracket else ""
    return (f"{file}::{name}" if rest else file), variant

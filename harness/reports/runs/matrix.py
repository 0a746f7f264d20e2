"""The verdicts as a matrix: a row for each scenario, a column for each word of a variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.reports.runs.run_summary import ScenarioGroup, slug_of, worst_of
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.verdict import Verdict

__all__ = ["Cell", "Matrix", "matrix_of"]

#: A dimension that fewer scenarios vary has no columns; their variants stand with the scenario.
_FEWEST_SCENARIOS = 3
#: A dimension with more words has none either.
_MOST_WORDS = 12


@dataclass(frozen=True)
class Cell:
    """The runs of a scenario with one word of a variant.

    Attributes:
        runs: how many there were; 0 if the scenario is not run with this word.
        worse: how many of them did not hold.
        verdict: the verdict that weighs most; ``None`` if all were skipped.
    """

    runs: int = 0
    worse: int = 0
    verdict: Verdict | None = None

    @property
    def slug(self) -> str:
        """The short name of the verdict; empty without a run."""
        return slug_of(self.verdict) if self.runs else ""


@dataclass(frozen=True)
class Matrix:
    """All cells.

    Attributes:
        dimensions: the words of each dimension that has columns.
        rows: for each scenario by its name the cell of all its runs, and one for each column.
    """

    dimensions: dict[str, tuple[str, ...]]
    rows: dict[str, tuple[Cell, ...]]


def matrix_of(groups: Sequence[ScenarioGroup]) -> Matrix:
    """Return the matrix of the scenarios of a run."""
    dimensions = _dimensions(groups)
    columns = [(name, word) for name, words in dimensions.items() for word in words]
    rows = {
        group.name: (
            _cell(group.lines),
            *(
                _cell([line for line in group.lines if line.variant.get(name) == word])
                for name, word in columns
            ),
        )
        for group in groups
    }
    return Matrix(dimensions, rows)


def _dimensions(groups: Sequence[ScenarioGroup]) -> dict[str, tuple[str, ...]]:
    words: dict[str, dict[str, None]] = {}
    varied: dict[str, set[str]] = {}
    for group in groups:
        for line in group.lines:
            for name, word in line.variant.items():
                words.setdefault(name, {})[word] = None
                varied.setdefault(name, set()).add(group.name)
    return {
        name: tuple(found)
        for name, found in words.items()
        if len(varied[name]) >= _FEWEST_SCENARIOS and len(found) <= _MOST_WORDS
    }


def _cell(lines: Sequence[ScenarioLine]) -> Cell:
    worse = sum(line.verdict not in (Verdict.HOLDS, None) for line in lines)
    return Cell(len(lines), worse, worst_of(lines))

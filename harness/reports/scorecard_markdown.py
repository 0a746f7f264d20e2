"""A scorecard as Markdown, for a page or ``$GITHUB_STEP_SUMMARY``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.reports.foreign_text import as_code, escaped
from harness.reports.scorecard_text import COLUMNS, counted
from harness.verdicts.scorecard import Scorecard, Tally

__all__ = ["render_causes", "render_markdown", "render_table"]


def render_markdown(scorecard: Scorecard, title: str) -> str:
    """Return the scorecard with a row for each area, for each scenario and for each root cause.

    Args:
        scorecard: what the run found out.
        title: which service it is about.
    """
    lines = [f"## {escaped(title)}", "", *render_table(scorecard), ""]
    lines += ["### Root causes", "", *render_causes(scorecard), ""] if scorecard.causes else []
    lines += [*_words(scorecard), *_not_run(scorecard), "### Scenarios", "", *_scenarios(scorecard)]
    return "\n".join(lines).rstrip() + "\n"


def render_table(scorecard: Scorecard) -> Iterator[str]:
    """Yield the table of the areas, with a row for all of them at the end."""
    yield from _head(("area", *COLUMNS))
    for area in scorecard.areas:
        yield _row((escaped(area.area), *_numbers(area.tally)))
    yield _row(("**all areas**", *_numbers(scorecard.tally)))


def render_causes(scorecard: Scorecard, most: int | None = None) -> Iterator[str]:
    """Yield the table of the root causes, each with the first scenario that has it.

    Args:
        scorecard: what the run found out.
        most: how many causes to show; all of them without it.
    """
    yield from _head(("times", "root cause", "first in"))
    for cause in scorecard.causes[:most]:
        yield _row((str(cause.count), escaped(cause.text), as_code(_short(cause.first))))
    if most is not None and len(scorecard.causes) > most:
        rest = scorecard.causes[most:]
        number = str(sum(cause.count for cause in rest))
        yield _row((number, f"{counted(len(rest), 'more cause')}", ""))


def _scenarios(scorecard: Scorecard) -> Iterator[str]:
    yield from _head(("area", "scenario", *COLUMNS))
    for area in scorecard.areas:
        for item in area.scenarios:
            yield _row(
                (
                    escaped(area.area),
                    escaped(item.sentence or item.name),
                    *_numbers(item.tally),
                )
            )


def _words(scorecard: Scorecard) -> Iterator[str]:
    if scorecard.words:
        yield from ("### Refused in other words", "")
        yield from _head(("times", "expected", "answered"))
        for item in scorecard.words:
            yield _row((str(item.count), escaped(item.expected), escaped(item.answered)))
        yield ""


def _not_run(scorecard: Scorecard) -> Iterator[str]:
    if scorecard.not_run:
        yield from ("### Skipped", "")
        for reason, number in sorted(scorecard.not_run.items(), key=lambda item: -item[1]):
            yield f"- {counted(number, 'time')}: {escaped(reason)}"
        yield ""


def _numbers(tally: Tally) -> Iterator[str]:
    for verdict in COLUMNS.values():
        number = tally.not_run if verdict is None else tally.by_verdict[verdict]
        yield str(number or "")


def _head(names: Iterable[str]) -> Iterator[str]:
    columns = tuple(names)
    yield _row(columns)
    yield f"|{'---|' * len(columns)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(test_id: str) -> str:
    return test_id.rpartition("/")[2]

"""The plain forms of a scorecard: text for a terminal, and JSON that holds all of it."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator
from typing import Any

from harness.reports.foreign_text import as_lines
from harness.verdicts.causes import Cause
from harness.verdicts.scorecard import AreaScore, ScenarioScore, Scorecard, Tally
from harness.verdicts.verdict import Verdict

__all__ = ["COLUMNS", "counted", "render_json", "render_text"]

#: The columns of the table of areas, each with the verdict that it counts.
COLUMNS: dict[str, Verdict | None] = {
    "hold": Verdict.HOLDS,
    "other words": Verdict.OTHER_WORDS,
    "other code": Verdict.OTHER_CODE,
    "not refused": Verdict.NOT_REFUSED,
    "otherwise": Verdict.ANSWERED_OTHERWISE,
    "not asked": Verdict.NOT_ASKED,
    "skipped": None,
}
_WIDTH = 100
_MOST_CAUSES, _MOST_WORDS, _MOST_SCENARIOS, _MOST_REASONS = 25, 10, 60, 8
#: The lines of a text in which scenarios are left out; areas have a line each.
_MOST_LINES = 195


def render_text(scorecard: Scorecard, title: str) -> str:
    """Return the scorecard as text, in fewer than 200 lines whatever a service does.

    Args:
        scorecard: what the run found out.
        title: which service it is about.
    """
    above = [title, "", *_table(scorecard), ""]
    below = [
        *_causes(scorecard),
        *_words(scorecard),
        *_not_run(scorecard),
        *_sum(scorecard),
    ]
    room = min(_MOST_SCENARIOS, _MOST_LINES - len(above) - len(below))
    return as_lines([*above, *_scenarios(scorecard, room), *below])


def render_json(scorecard: Scorecard, about: dict[str, Any]) -> str:
    """Return all of the scorecard as JSON.

    Args:
        scorecard: what the run found out.
        about: what was run and on which service, for the member ``about``.
    """
    found = {"about": about, **dataclasses.asdict(scorecard)}
    return json.dumps(found, indent=2, default=str) + "\n"


def counted(number: int, what: str) -> str:
    """Return a number with its noun: ``1 scenario``, ``2 scenarios``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _table(scorecard: Scorecard) -> Iterator[str]:
    width = max([len(area.area) for area in scorecard.areas] + [len("all areas")])
    yield f"{'area':<{width}}" + "".join(f"  {name:>{len(name)}}" for name in COLUMNS)
    for area in scorecard.areas:
        yield _row(area.area, area.tally, width)
    yield _row("all areas", scorecard.tally, width)


def _row(name: str, tally: Tally, width: int) -> str:
    numbers = (
        f"  {_number(tally, verdict) or '-':>{len(column)}}" for column, verdict in COLUMNS.items()
    )
    return f"{name:<{width}}" + "".join(numbers)


def _number(tally: Tally, verdict: Verdict | None) -> int:
    return tally.not_run if verdict is None else tally.by_verdict[verdict]


def _scenarios(scorecard: Scorecard, most: int) -> Iterator[str]:
    """Yield the scenarios that do not hold in every variant, and how many lines are left out."""
    lines = [line for area in scorecard.areas for line in _of_area(area)]
    if lines:
        yield "Scenarios that do not hold in every variant, and in how many they hold:"
        yield from lines[:most]
        if len(lines) > most:
            more = counted(len(lines) - most, "more line")
            yield f"  and {more}; --json and --markdown have all scenarios"
        yield ""


def _of_area(area: AreaScore) -> Iterator[str]:
    partly = [item for item in area.scenarios if not _holds(item.tally) and not _unasked(item)]
    unasked = [item.name for item in area.scenarios if _unasked(item)]
    for item in partly:
        shown = f"  {item.tally.hold:>3} of {item.tally.asked:<3} {area.area}: {item.name}"
        yield f"{shown}: {_differing(item.tally)}"
    if unasked:
        text = f"{area.area}: could not be asked in any variant: {', '.join(unasked)}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent="  none     ", subsequent_indent=" " * 11
        )


def _holds(tally: Tally) -> bool:
    return tally.hold + tally.by_verdict[Verdict.OTHER_WORDS] == tally.asked


def _unasked(scenario: ScenarioScore) -> bool:
    tally = scenario.tally
    return bool(tally.asked) and tally.by_verdict[Verdict.NOT_ASKED] == tally.asked


def _differing(tally: Tally) -> str:
    return ", ".join(
        f"{number} {verdict}"
        for verdict, number in tally.by_verdict.items()
        if number and verdict is not Verdict.HOLDS
    )


def _causes(scorecard: Scorecard) -> Iterator[str]:
    causes = scorecard.causes
    if not causes:
        return
    yield f"{counted(len(causes), 'root cause')} of {counted(scorecard.failed, 'failure')}:"
    for cause in causes[:_MOST_CAUSES]:
        yield from _of_cause(cause)
    if len(causes) > _MOST_CAUSES:
        rest = causes[_MOST_CAUSES:]
        failures = counted(sum(cause.count for cause in rest), "failure")
        yield f"  and {counted(len(rest), 'more cause')} of {failures}"
    yield ""


def _of_cause(cause: Cause) -> Iterator[str]:
    yield f"  {cause.count:>4} {'time: ' if cause.count == 1 else 'times:'} {cause.text}"
    yield f"              {'in' if cause.count == 1 else 'first in'} {cause.first}"


def _words(scorecard: Scorecard) -> Iterator[str]:
    words = scorecard.words
    if not words:
        return
    times = sum(item.count for item in words)
    yield f"Refused in other words, {counted(times, 'time')}:"
    for item in words[:_MOST_WORDS]:
        yield f"  {item.count:>4} {'time: ' if item.count == 1 else 'times:'} {item.answered}"
        yield f"              expected {item.expected}"
    if len(words) > _MOST_WORDS:
        yield f"  and {counted(len(words) - _MOST_WORDS, 'more difference')}"
    yield ""


def _not_run(scorecard: Scorecard) -> Iterator[str]:
    if not scorecard.not_run:
        return
    reasons = sorted(scorecard.not_run.items(), key=lambda item: (-item[1], item[0]))
    yield "Skipped:"
    for reason, number in reasons[:_MOST_REASONS]:
        yield f"  {number:>4} {'time: ' if number == 1 else 'times:'} {reason}"
    if len(reasons) > _MOST_REASONS:
        yield f"  and {counted(len(reasons) - _MOST_REASONS, 'more reason')}"
    yield ""


def _sum(scorecard: Scorecard) -> Iterator[str]:
    yield f"{counted(scorecard.checks.asked, 'check')}: {_counts(scorecard.checks)}"
    run = counted(scorecard.tally.asked, "variant")
    yield f"{run} of scenarios: {_counts(scorecard.tally)}"


def _counts(tally: Tally) -> str:
    found = [f"{number} {verdict}" for verdict, number in tally.by_verdict.items() if number]
    found += [f"{tally.not_run} skipped"] if tally.not_run else []
    return ", ".join(found).replace(" holds", " hold") or "none"

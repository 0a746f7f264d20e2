"""What two services answered differently, as text, JSON and Markdown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence

from harness.reports.foreign_text import as_lines, escaped
from harness.reports.scorecard_text import counted
from harness.verdicts.differences import AnswerDifference, Comparison
from harness.verdicts.expected_differences import Judged, KnownDifference

__all__ = ["differences_json", "differences_markdown", "differences_text"]

#: How many lines the entries of all kinds have at most; around them are fewer than twenty.
_MOST_LINES = 175


def differences_text(comparison: Comparison, judged: Judged, title: str) -> str:
    """Return the differences as text, in fewer than 200 lines however many there are.

    Args:
        comparison: what was compared.
        judged: its differences, held against those that are known.
        title: which services were compared.
    """
    entries = [
        *_differences(judged.unexpected),
        *([line] for line in _alarms(judged)),
        *([f"known: {counted(n, 'time')}: {item}"] for item, n in judged.known),
        *([f"not asked in this run: {item}"] for item in judged.not_asked),
    ]
    lines = [title, "", *_fitting(entries), *_missing(comparison.missing)]
    return as_lines([*lines, _sum(comparison, judged)])


def _fitting(entries: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of the entries from the first on that fit, and how many do not."""
    room = _MOST_LINES
    for place, entry in enumerate(entries):
        room -= len(entry)
        if room < 0:
            more = len(entries) - place
            yield f"and {more} more {'entry' if more == 1 else 'entries'}; --json has them all"
            return
        yield from entry


def differences_json(comparison: Comparison, judged: Judged, title: str) -> str:
    """Return the differences as JSON, with all scenarios in which they came."""
    found = {
        "title": title,
        "scenarios": comparison.scenarios,
        "calls": comparison.calls,
        "missing": comparison.missing,
        **dataclasses.asdict(judged),
    }
    return json.dumps(found, indent=2) + "\n"


def differences_markdown(comparison: Comparison, judged: Judged, title: str) -> str:
    """Return the differences as a table."""
    lines = [f"## {escaped(title)}", "", _sum(comparison, judged) + ".", ""]
    lines += ["| times | operation | what | in the record | now |", "|---|---|---|---|---|"]
    for item in judged.unexpected:
        cells = (item.operation, str(item.kind), item.recorded, item.replayed)
        lines.append(f"| {len(item.ids)} | {' | '.join(escaped(cell) for cell in cells)} |")
    lines += ["", *(f"- {escaped(line)}" for line in _alarms(judged))]
    lines += [f"- known, {counted(n, 'time')}: {escaped(str(item))}" for item, n in judged.known]
    return "\n".join(lines).rstrip() + "\n"


def _differences(found: tuple[AnswerDifference, ...]) -> Iterator[list[str]]:
    for item in found:
        times = len(item.ids)
        yield [
            f"  {times:>4} {'time: ' if times == 1 else 'times:'} {item.operation}, {item.kind}",
            f"              in the record: {item.recorded}",
            f"              now:           {item.replayed}",
            f"              {'in' if times == 1 else 'first in'} {item.ids[0]}",
        ]
    if found:
        yield [""]


def _alarms(judged: Judged) -> list[str]:
    return [_alarm(item) for item in judged.agreeing]


def _alarm(expectation: KnownDifference) -> str:
    return f"expected, but both answer alike: {expectation}"


def _missing(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        number = counted(len(names), "scenario")
        yield f"{number} of the record could not be asked, such as {names[0]}"


def _sum(comparison: Comparison, judged: Judged) -> str:
    kinds = counted(len(judged.unexpected), "kind")
    known = sum(count for _, count in judged.known)
    parts = [
        f"{counted(comparison.scenarios, 'scenario')} and {counted(comparison.calls, 'call')} "
        "compared",
        f"{kinds} of difference",
        *([f"{known} known"] if known else []),
        *([f"{len(judged.agreeing)} expected that did not come"] if judged.agreeing else []),
        *([f"{len(comparison.missing)} not asked"] if comparison.missing else []),
    ]
    return ", ".join(parts if comparison.calls else ["nothing was compared", *parts[1:]])

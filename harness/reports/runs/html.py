"""A report on a run as one HTML file, which needs no network and, but for a filter, no script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

from harness.clock import utc_of
from harness.reports.one_file import environment, policy, resource
from harness.reports.plots import percentile_plot, stacked_bars
from harness.reports.runs.diagrams import Diagram, diagrams_of
from harness.reports.runs.events import LANES, Event, span
from harness.reports.runs.latency_rows import PERCENTILES
from harness.reports.runs.matrix import matrix_of
from harness.reports.runs.messages import Messages
from harness.reports.runs.run_summary import ScenarioGroup, counts_of, slug_of, split_id
from harness.reports.runs.visible import visible
from harness.reports.scorecard_text import COLUMNS
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.verdict import Check, Verdict
from harness.version import __version__

if TYPE_CHECKING:
    from harness.reports.runs.content import Content

__all__ = ["DIAGRAM_BYTES", "render"]

#: How much of the file diagrams may take; what is beyond is left out, failures last.
DIAGRAM_BYTES = 2_000_000
_LONGEST_TEXT = 300
#: How many failures of one cause are shown in full; the others have a line each.
_IN_FULL = 3
_OUTCOMES = ("carried out", "error")
_OUTCOME_COLORS = ("#3f9b6b", "#d9822b")


def render(content: Content, diagram_bytes: int = DIAGRAM_BYTES) -> str:
    """Return the page.

    Args:
        content: what it shows.
        diagram_bytes: how much of it diagrams may take.
    """
    style, script = resource("page.css"), resource("page.js")
    html = _environment().get_template("page.html")
    return html.render(
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
        version=__version__,
        **_values(content, diagram_bytes),
    )


def _values(content: Content, diagram_bytes: int) -> dict[str, Any]:
    summary = content.summary
    messages = Messages()
    in_full = {line.id for _, failed in summary.causes for line in failed[:_IN_FULL]}
    drawn = _Drawn(summary.groups, in_full, messages, diagram_bytes)
    matrix = matrix_of(summary.groups)
    counts = counts_of(summary.record.scenarios)
    verdict_counts = list(zip((*Verdict, None), counts.values(), strict=True))
    return {
        "content": content,
        "summary": summary,
        "run": summary.record.run,
        "parts": list(_parts(content)),
        "verdict_counts": verdict_counts,
        "shares": list(_shares(verdict_counts)),
        "matrix": matrix,
        "columns": 2 + sum(map(len, matrix.dimensions.values())),
        "numbers": _numbers(summary.groups),
        "in_full": _IN_FULL,
        "failed": {line.id for line in summary.failures},
        "diagrams": drawn.of_groups,
        "failure_diagrams": drawn.of_failures,
        "left_out": drawn.left_out,
        "messages": messages,
        "findings": list(_findings(content)),
        "percentiles": PERCENTILES,
        "score_columns": COLUMNS,
        **_plots(content),
    }


class _Drawn:
    """The diagrams as HTML, as many as there is room for: failures, the first ones, the others.

    Args:
        groups: the scenarios.
        in_full: the ids of the failures that are shown in full, with their diagrams.
        messages: takes the requests and responses.
        room: how many characters diagrams may have.
    """

    def __init__(
        self, groups: Sequence[ScenarioGroup], in_full: set[str], messages: Messages, room: int
    ) -> None:
        self.of_groups: dict[str, Markup] = {}
        self.of_failures: dict[str, Markup] = {}
        self.left_out = 0
        self._room = room
        self._template = _environment().get_template("diagram.html")
        others: dict[str, list[Diagram]] = {}
        for group in groups:
            others[group.name] = []
            for diagram in diagrams_of(group, messages):
                if diagram.line.id in in_full:
                    self.of_failures[diagram.line.id] = self._draw([diagram])
                else:
                    others[group.name].append(diagram)
        first = {name: self._draw(diagrams[:1]) for name, diagrams in others.items()}
        for name, diagrams in others.items():
            self.of_groups[name] = first[name] + self._draw(diagrams[1:])

    def _draw(self, diagrams: Sequence[Diagram]) -> Markup:
        drawn = Markup("")
        for diagram in diagrams:
            text = self._template.render(diagram=diagram)
            if len(text) > self._room:
                self.left_out += 1
            else:
                self._room -= len(text)
                drawn += Markup(text)
        return drawn


def _numbers(groups: Sequence[ScenarioGroup]) -> dict[str, int]:
    """Return a number for each scenario and each of its variants, for the anchors."""
    names = [name for group in groups for name in (group.name, *(line.id for line in group.lines))]
    return {name: number for number, name in enumerate(dict.fromkeys(names), 1)}


def _parts(content: Content) -> Iterator[tuple[str, str]]:
    yield "failures", "Failures"
    if content.comparison:
        yield "comparison", "Since the earlier run"
    yield "scorecard", "Scorecard"
    yield from (("matrix", "Matrix"), ("scenarios", "Scenarios"), ("latencies", "Latencies"))
    yield from (("audit", "Audit"), ("drift", "Drift"))
    if content.self_proof:
        yield "self-proof", "Self-proof"


def _findings(content: Content) -> Iterator[tuple[Any, ...]]:
    yield "audit", "Audit", content.audit, "The run has audited no pool."
    yield "drift", "Drift", content.drift, "The run has compared no pool with its file."


def _shares(counts: Sequence[tuple[Verdict | None, int]]) -> Iterator[tuple[str, float, float]]:
    total, left = sum(count for _, count in counts) or 1, 0.0
    for verdict, count in counts:
        width = count * 1000 / total
        if count:
            yield slug_of(verdict), round(left, 2), round(width, 2)
        left += width


def _plots(content: Content) -> dict[str, Markup]:
    rows = content.latencies
    percentiles = {visible(row.name): row.milliseconds for row in rows}
    outcomes = {visible(row.name): (row.calls - row.errors, row.errors) for row in rows}
    return {
        "latency_plot": Markup(percentile_plot("Latencies by step", percentiles, "ms")),
        "outcome_plot": Markup(stacked_bars("Calls by step", outcomes, _OUTCOMES, _OUTCOME_COLORS)),
    }


@cache
def _environment() -> Environment:
    found = environment()
    found.filters.update(
        cut=_cut,
        distinct_checks=_distinct_checks,
        iso=lambda seconds: _datetime(seconds).isoformat(timespec="seconds"),
        lanes=_lanes,
        members=lambda value: json.dumps(value, indent=2, ensure_ascii=False, default=str),
        moment=lambda seconds: _datetime(seconds).strftime("%Y-%m-%d %H:%M:%S UTC"),
        slug=slug_of,
        spaced=lambda text: text.replace("_", " "),
        span=span,
        variant=_variant,
        word_of=_word_of,
        words=_words,
    )
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


def _datetime(seconds: float) -> datetime:
    # A record may hold any number.
    return utc_of(min(max(seconds, 0.0), 253_402_300_799.0))


def _lanes(event: Event) -> str:
    return f"l{LANES.index(event.source)}{LANES.index(event.target)}"


def _variant(line: ScenarioLine) -> str:
    """Return the words of a variant as the test id has them; its name if it has no variant."""
    words = split_id(line.id)[1]
    return words.replace("_", " ").replace("-", ", ") or "the only variant"


def _word_of(word: str, dimension: str) -> str:
    """Return a word of a variant without the name of its dimension before it."""
    return word.removeprefix(f"{dimension}_").replace("_", " ")


def _words(group: ScenarioGroup) -> str:
    return f"{group.area} {group.title} {group.sentence}".replace("_", " ").lower()


def _distinct_checks(group: ScenarioGroup) -> list[Check]:
    """Return the checks of all variants, each once, the worst first."""
    order = list(Verdict)
    found = dict.fromkeys(check for line in group.lines for check in line.checks)
    return sorted(found, key=lambda check: -order.index(check.verdict))

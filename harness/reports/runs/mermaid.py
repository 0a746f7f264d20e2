"""A scenario as a Mermaid sequence diagram, which GitHub and GitLab draw."""

from __future__ import annotations

from collections.abc import Iterator

from harness.reports.runs.events import LANES, CallStep, Event, events_of, merged, span
from harness.reports.runs.recorded_call import calls_of
from harness.reports.runs.visible import visible
from harness.verdicts.run_record import ScenarioLine

__all__ = ["sequence"]

_ARROWS = {"ask": "->>", "answer": "-->>", "challenge": "-->>", "error": "--x", "derived": "-)"}
_LONGEST_TEXT = 120
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,' ()[]?!/-+=")
#: Longer diagrams are cut in the middle: Mermaid refuses texts of more than 50,000 characters.
_MOST_STEPS = 60


def sequence(line: ScenarioLine) -> str:
    """Return the diagram of a scenario, without a fence; empty if it has no calls."""
    steps = merged(events_of(calls_of(line)))
    if not steps:
        return ""
    used = {
        lane for step in steps for event in step.events for lane in (event.source, event.target)
    }
    lines = ["sequenceDiagram"]
    lines += [f"    participant {lane}" for lane in LANES if lane in used]
    for step in _shortened(steps):
        if step is None:
            lines.append(f"    Note over client: {len(steps) - _MOST_STEPS} more calls")
        else:
            lines += [f"    {row}" for row in _rows(step)]
    return "\n".join(lines)


def _shortened(steps: list[CallStep]) -> list[CallStep | None]:
    if len(steps) <= _MOST_STEPS:
        return list(steps)
    half = _MOST_STEPS // 2
    return [*steps[:half], None, *steps[-half:]]


def _rows(step: CallStep) -> Iterator[str]:
    for event in step.events:
        if event.kind == "pause":
            yield f"Note over client: {_escaped(event.text)}"
        else:
            arrow = _ARROWS[event.kind]
            yield f"{event.source}{arrow}{event.target}: {_escaped(_label(step, event))}"


def _label(step: CallStep, event: Event) -> str:
    text = f"{event.text} {event.detail}".rstrip()
    if event.kind == "ask":
        return f"{text} ({step.times} times)" if step.times > 1 else text
    if event.kind == "derived":
        return text
    return f"{text}, {span(step.call.latency_seconds)}"


def _escaped(text: str) -> str:
    """Return a text in which everything that Mermaid could read as its own is a code."""
    text = " ".join(visible(text).split())
    shown = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return "".join(char if char in _PLAIN else f"#{ord(char)};" for char in shown)

"""The plot of a ramp: an SVG picture in one file that needs nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from harness.load.knee import KneeSearch, Measured

__all__ = ["plot"]

_WIDTH, _LEFT, _RIGHT, _TOP = 720, 70, 20, 70
_PANEL, _GAP = 170, 56
_HEIGHT = _TOP + 2 * _PANEL + _GAP + 50
_HELD, _NOT_HELD, _BOUND = "#1b7837", "#b2182b", "#888"
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.title{font-size:14px;font-weight:bold}"
    ".axis{stroke:#333}.line{fill:none;stroke:#4575b4;stroke-width:1.5}"
)


def plot(search: KneeSearch) -> str:
    """Return the response times and the throttled share of each rate, with their bounds."""
    steps = sorted(search.steps, key=lambda step: step.wanted)
    panels = (
        ("p95 in ms", lambda step: step.p95_ms, search.bounds.p95_ms),
        ("throttled in %", lambda step: step.throttled * 100, search.bounds.throttled * 100),
    )
    body = [
        f'<text class="title" x="{_LEFT}" y="{20 + 18 * number}">{escape(part)}</text>'
        for number, part in enumerate(search.line().split("; "))
    ]
    for number, (title, value, bound) in enumerate(panels):
        top = _TOP + number * (_PANEL + _GAP)
        body += _panel(title, steps, value, bound, top, search)
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    body.append(f'<text x="{middle}" y="{_HEIGHT - 8}">sign-ins a second, wanted</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}" role="img">',
            f"<style>{_STYLE}</style>",
            '<rect width="100%" height="100%" fill="white"/>',
            *body,
            "</svg>\n",
        ]
    )


def _panel(
    title: str,
    steps: Sequence[Measured],
    value: Callable[[Measured], float],
    bound: float,
    top: float,
    search: KneeSearch,
) -> Iterator[str]:
    """Yield one panel: its axes, the bound, and a point for each step."""
    widest = max((step.wanted for step in steps), default=1.0)
    highest = 1.1 * max([bound, *(value(step) for step in steps)]) or 1.0

    def x(rate: float) -> float:
        return round(_LEFT + rate / widest * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(measure: float) -> float:
        return round(top + _PANEL * (1 - measure / highest), 1)

    bottom, right = top + _PANEL, _WIDTH - _RIGHT
    yield f'<text x="{_LEFT}" y="{top - 8}">{escape(title)}</text>'
    yield f'<path class="axis" fill="none" d="M{_LEFT} {top}V{bottom}H{right}"/>'
    yield f'<text x="{_LEFT - 8}" y="{y(highest) + 4}" text-anchor="end">{highest:.3g}</text>'
    yield f'<text x="{_LEFT - 8}" y="{bottom}" text-anchor="end">0</text>'
    yield (
        f'<path stroke="{_BOUND}" stroke-dasharray="5 4" d="M{_LEFT} {y(bound)}H{right}"/>'
        f'<text x="{right}" y="{y(bound) - 4}" text-anchor="end">bound: {bound:g}</text>'
    )
    points = " ".join(f"{x(step.wanted)},{y(value(step))}" for step in steps)
    yield f'<polyline class="line" points="{points}"/>'
    for step in steps:
        color = _NOT_HELD if step.why_not(search.bounds) else _HELD
        yield (
            f'<circle cx="{x(step.wanted)}" cy="{y(value(step))}" r="4" fill="{color}">'
            f"<title>{step.wanted:g} a second: {value(step):.4g}</title></circle>"
        )
    for rate in _ticks(widest):
        yield f'<text x="{x(rate)}" y="{bottom + 16}" text-anchor="middle">{rate:g}</text>'


def _ticks(widest: float) -> list[float]:
    """Return up to ten round rates from 0 on."""
    power = 10.0 ** math.floor(math.log10(max(widest, 1.0)))
    gap = next(gap for gap in (power / 10, power / 5, power / 2, power) if widest <= 10 * gap)
    return [gap * number for number in range(math.floor(widest / gap) + 1)]

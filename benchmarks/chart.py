"""Draws a chart of horizontal bars as SVG; a few rectangles need no library."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

_WIDTH, _LEFT, _BAR, _GAP = 760, 210, 14, 16
_COLORS = {
    "harness": "#0b6e4f",
    "moto": "#8d99ae",
    "ministack": "#b08968",
    "cognito-local": "#6d6875",
}


def bars(groups: Mapping[str, Mapping[str, float]]) -> str:
    """Return bars in groups; each group has its own scale, and its longest bar is the widest."""
    parts: list[str] = []
    top = 8
    for title, values in groups.items():
        parts.append(_text(8, top + 11, escape(title), "title"))
        most = max(values.values(), default=1.0)
        for name, value in values.items():
            parts.append(_bar(name, value, value / most, top))
            top += _BAR + 2
        top += _GAP
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" '
        f'viewBox="0 0 {_WIDTH} {top}" role="img" aria-label="rates per second">\n'
        f"<style>{_STYLE}</style>\n{body}\n</svg>\n"
    )


def _bar(name: str, value: float, share: float, top: int) -> str:
    width = max(2, round(share * (_WIDTH - _LEFT - 190)))
    label = f"{name} {value:,.0f}/s" if value >= 10 else f"{name} {value:.1f}/s"
    color = _COLORS.get(name, "#555555")
    rectangle = f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BAR}" fill="{color}"/>'
    return rectangle + _text(_LEFT + width + 6, top + 11, escape(label), "value")


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{text}</text>'


_STYLE = (
    "text{font:12px sans-serif;fill:#333}.title{font-weight:bold}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)

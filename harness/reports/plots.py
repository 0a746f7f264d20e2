"""Draws plots as SVG, to stand inside an HTML page: they need no script and no network.

They have no style attributes, which a strict Content-Security-Policy forbids. A page that is dark
may give the classes ``ground`` and ``ink`` colors of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

__all__ = ["percentile_plot", "stacked_bars"]

_WIDTH, _LEFT, _ROW = 980, 440, 18
_RIGHT = 110
#: From the fastest to the slowest percentile.
_SHADES = ("#08519c", "#3182bd", "#6baed6", "#9ecae1", "#c6dbef")
_FONT = 'class="ink" font-family="sans-serif" font-size="12" fill="#333"'


def percentile_plot(title: str, rows: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Return horizontal bars on a scale of their own: one row each, one mark for each percentile.

    Args:
        title: what the plot shows.
        rows: for each label the percentiles by name, from the lowest to the highest.
        unit: the unit of the values.
    """
    most = max((max(values.values(), default=0.0) for values in rows.values()), default=0.0) or 1.0
    names = list(dict.fromkeys(name for values in rows.values() for name in values))
    shades = dict(zip(names, _SHADES, strict=False))
    parts = [_key(names, [shades.get(name, _SHADES[-1]) for name in names], 28)]
    for place, (label, values) in enumerate(rows.items()):
        top = 44 + place * _ROW
        parts.append(_text(8, top + 12, label))
        # The longest first, so that the shorter ones stay visible.
        for name, value in reversed(list(values.items())):
            color = shades.get(name, _SHADES[-1])
            parts.append(
                _bar(_LEFT, top, _scaled(value, most), color, f"{name} {value:.1f} {unit}")
            )
        highest = max(values.values(), default=0.0)
        parts.append(_text(_LEFT + _scaled(highest, most) + 6, top + 12, f"{highest:.1f} {unit}"))
    return _svg(title, parts, 44 + len(rows) * _ROW + 8)


def stacked_bars(
    title: str, rows: Mapping[str, Sequence[float]], names: Sequence[str], colors: Sequence[str]
) -> str:
    """Return horizontal bars of parts that add up, on one scale.

    Args:
        title: what the plot shows.
        rows: for each label the parts, in the order of ``names``.
        names: what each part is.
        colors: the color of each part.
    """
    most = max((sum(values) for values in rows.values()), default=0.0) or 1.0
    parts = [_key(names, colors, 28)]
    for place, (label, values) in enumerate(rows.items()):
        top, left = 44 + place * _ROW, _LEFT
        parts.append(_text(8, top + 12, label))
        for name, value, color in zip(names, values, colors, strict=True):
            width = _scaled(value, most)
            if value:
                parts.append(_bar(left, top, max(width, 1), color, f"{name} {value:g}"))
                left += max(width, 1)
        parts.append(_text(left + 6, top + 12, " / ".join(f"{value:g}" for value in values)))
    return _svg(title, parts, 44 + len(rows) * _ROW + 8)


def _scaled(value: float, most: float) -> int:
    return round(value / most * (_WIDTH - _LEFT - _RIGHT))


def _key(names: Sequence[str], colors: Sequence[str], top: int) -> str:
    """Return the names of the colors, side by side."""
    drawn = []
    for place, (name, color) in enumerate(zip(names, colors, strict=True)):
        left = _LEFT + place * 90
        drawn.append(_bar(left, top - 9, 10, color, name, 10) + _text(left + 14, top, name))
    return "".join(drawn)


def _bar(left: int, top: int, width: int, color: str, title: str, height: int = 14) -> str:
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{color}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _text(left: int, top: int, text: str) -> str:
    return f'<text x="{left}" y="{top}" {_FONT}>{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str], height: int) -> str:
    heading = f'<text x="8" y="14" {_FONT} font-weight="bold">{escape(title)}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'class="plot" viewBox="0 0 {_WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title>"
        # A page may be dark, and the texts are not.
        f'<rect class="ground" width="{_WIDTH}" height="{height}" fill="#fff"/>'
        f"{heading}{''.join(parts)}</svg>"
    )

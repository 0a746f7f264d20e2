"""Boxes, arrows and words as SVG, readable on light and on dark pages.

The pictures have no script, no style attribute and nothing of another host.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

__all__ = ["GREEN", "INK", "PALE", "RED", "TEAL", "arrow", "box", "document", "line", "words"]

INK, PALE = "#1f2933", "#6b7785"
TEAL, GREEN, RED = "#00796b", "#2e7d32", "#b3261e"
_FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"


def document(title: str, width: int, height: int, parts: Iterable[str]) -> str:
    """Return a whole picture on a light card; the title is read to those who cannot see it."""
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{width}" height="{height}" rx="10" fill="#fbfcfc"/>\n'
        f'<g font-family="{_FONT}" font-size="14" fill="{INK}">\n{inside}\n</g>\n</svg>\n'
    )


def words(
    x: float,
    y: float,
    text: str,
    *,
    color: str = INK,
    size: int = 14,
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    """Return one line of text."""
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{color}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, color: str = PALE, dash: str = "") -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{color}" fill="none"{dashed}/>'


def arrow(x1: float, y1: float, x2: float, y2: float, *, color: str = INK, dash: str = "") -> str:
    """Return a horizontal or vertical line with a head at its end."""
    if y1 == y2:
        back = 7 if x2 < x1 else -7
        head = f"M{x2:g} {y2:g}l{back} -4v8z"
    else:
        back = 7 if y2 < y1 else -7
        head = f"M{x2:g} {y2:g}l-4 {back}h8z"
    return line(x1, y1, x2, y2, color=color, dash=dash) + f'<path d="{head}" fill="{color}"/>'


def box(
    x: float, y: float, width: float, height: float, title: str, *under: str, color: str = TEAL
) -> str:
    """Return a box with a title and lines under it."""
    middle = x + width / 2
    top = y + (height - 18 * len(under)) / 2 + 5
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7" fill="#ffffff" '
        f'stroke="{color}" stroke-width="1.5"/>',
        words(middle, top, title, anchor="middle", weight="600"),
        *(
            words(middle, top + 18 * (number + 1), text, anchor="middle", size=12, color=PALE)
            for number, text in enumerate(under)
        ),
    ]
    return "".join(parts)

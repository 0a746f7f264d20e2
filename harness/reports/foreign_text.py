"""Foreign texts on lines of a terminal and in Markdown: none of them can be anything but text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.reports.runs.visible import visible

__all__ = ["as_code", "as_lines", "escaped"]

_LONGEST_CELL = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$-])")


def as_lines(lines: Iterable[str]) -> str:
    """Return a text with these lines; none of them has a control code or a line break inside."""
    return "".join(f"{visible(line).replace(chr(10), ' ')}\n" for line in lines)


def escaped(text: str) -> str:
    """Return a text on one line, with every character that Markdown reads escaped.

    Args:
        text: of any length; after 300 characters it is cut.
    """
    line = " ".join(visible(text).split())
    shown = line if len(line) <= _LONGEST_CELL else f"{line[:_LONGEST_CELL]}…"
    return _SPECIAL.sub(r"\\\1", shown)


def as_code(text: str) -> str:
    """Return an id as code for a cell of a table; as text if it would end the code or the cell."""
    plain = not set(text) & set("`|\\\n") and len(text) <= _LONGEST_CELL
    return f"`{visible(text)}`" if plain else escaped(text)

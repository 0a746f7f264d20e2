"""Which pages docs/reference has, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tests.docs.reference import commands, fixtures, markers, options, rules
from tests.support.sources import ROOT

__all__ = ["PAGES", "texts", "write"]

FOLDER = ROOT / "docs" / "reference"
_NOTE = (
    "<!-- Written by `python -m tests.docs.reference` from the code; a test compares the two. -->"
)

#: Each page with what makes its text.
PAGES: dict[str, Callable[[], Iterable[str]]] = {
    "options.md": options.lines,
    "fixtures.md": fixtures.lines,
    "markers.md": markers.lines,
    "commands.md": commands.lines,
    "audit-rules.md": rules.lines,
}


def texts() -> dict[str, str]:
    """Return the text of each page by its name."""
    return {name: "\n".join(_noted(list(lines()))) + "\n" for name, lines in PAGES.items()}


def write() -> Iterator[Path]:
    """Write the pages, and yield their paths."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        path = FOLDER / name
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path


def _noted(lines: Sequence[str]) -> list[str]:
    """Return the lines of a page with the note on where they come from, below the title."""
    title, *others = lines
    return [title, "", _NOTE, *others]

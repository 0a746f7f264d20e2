"""Markdown for the pages that are made from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["cell", "code", "sentence", "table"]

_NAME = re.compile(r"(?<![`\w])(--[a-z][\w-]*|COGNITO_HARNESS_\w+|cognito_\w+)(?![`\w])")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def cell(text: str) -> str:
    """Return a text of the code as the cell of a table: in one line, with names as code."""
    plain = " ".join(text.split()).replace("``", "`").replace("|", "\\|")
    return _NAME.sub(r"`\1`", plain.replace("<", "&lt;"))


def code(text: object) -> str:
    """Return a text as code that stands in a table."""
    return f"`{text}`".replace("|", "\\|")


def sentence(text: str) -> str:
    """Return a text that begins with a capital letter and ends with a period."""
    plain = text.strip()
    begun = plain[:1].upper() + plain[1:]
    return begun if begun.endswith(".") else f"{begun}."

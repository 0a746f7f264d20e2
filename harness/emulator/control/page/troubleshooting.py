"""What docs/troubleshooting.md says about errors, for the help page and links to it.

The package has these rows as a file, because a served emulator shows nothing from a network.
``python -m tests.emulator.control.troubleshooting_rows`` writes it from the page of the docs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Advice", "advice_on", "all_advice"]

_CODE = re.compile(r"`([^`]+)`")
#: The end of a text that goes on with what differs from call to call.
_GOES_ON = " ..."


@dataclass(frozen=True)
class Advice:
    """One row of the docs.

    Attributes:
        number: its place on the page.
        seen: what a person sees, with code between backticks.
        cause: the most likely causes, written the same way.
    """

    number: int
    seen: str
    cause: str

    @property
    def anchor(self) -> str:
        """The id of the row on the help page."""
        return f"error-{self.number}"

    @property
    def phrase(self) -> str:
        """The error code or text that it is about; empty if it is about no error."""
        found = _CODE.search(self.seen)
        return found[1].removesuffix(_GOES_ON) if found else ""


@cache
def all_advice() -> tuple[Advice, ...]:
    """Return every row, in the order of the docs."""
    text = (files(__package__) / "troubleshooting.json").read_text(encoding="utf-8")
    return tuple(Advice(number, *row) for number, row in enumerate(json.loads(text), 1))


def advice_on(code: str, text: str) -> Advice | None:
    """Return the row about an error text, or else about the error code; ``None`` without one."""
    rows = [row for row in all_advice() if row.phrase]
    by_text = [row for row in rows if " " in row.phrase and row.phrase in text]
    by_code = [row for row in rows if row.phrase == code]
    return max(by_text, key=lambda row: len(row.phrase), default=next(iter(by_code), None))

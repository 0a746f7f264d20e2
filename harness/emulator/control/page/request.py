"""A request for the page: which view is asked for, and what the address or the form says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

#: The longest text that is read of an address or of one field of a form.
LONGEST_TEXT = 2_048
_MOST_FIELDS = 40


class UnreadableForm(ValueError):
    """The body of a form that is not one of the page; the text is one line."""


@dataclass(frozen=True)
class PageRequest:
    """A request for one view of the page, or a form of it.

    Attributes:
        engine: the engine that is shown.
        method: the HTTP method.
        name: what follows the prefix of the control surface in the path.
        query: the parameters of the query string.
        body: the body of a form.
        known_tag: the tags of the responses that the browser has already.
    """

    engine: Engine
    method: str
    name: str
    query: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    known_tag: str = ""

    def form(self) -> dict[str, str]:
        """Return the fields of the form that have a value.

        Raises:
            UnreadableForm: there are too many fields, or one is too long.
        """
        text = self.body.decode("utf-8", "replace")
        try:
            fields = dict(parse_qsl(text, errors="replace", max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise UnreadableForm(f"the form has more than {_MOST_FIELDS} fields") from None
        for name, value in fields.items():
            if len(value) > LONGEST_TEXT:
                shown = name if name.isidentifier() and len(name) < 40 else "a field"
                raise UnreadableForm(f"{shown} has more than {LONGEST_TEXT} characters")
        return fields

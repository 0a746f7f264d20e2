"""The page on the options of the plugin."""

from __future__ import annotations

from collections.abc import Iterator

from harness.settings.options import OPTIONS, Option
from tests.docs.reference.markdown import cell, code, sentence, table

__all__ = ["lines"]


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Options of the plugin"
    yield ""
    yield (
        "Each setting has three spellings: an option on the command line, a variable in the "
        "environment, and a key in `pytest.ini`. The first of the three that gives it wins. "
        "[Settings](../settings.md) has the allowed values and the defaults."
    )
    yield from table(
        ("option", "variable", "key in `pytest.ini`", "what it does"),
        (_row(option) for option in OPTIONS),
    )


def _row(option: Option) -> tuple[str, str, str, str]:
    flag = option.flag if option.is_flag else f"{option.flag}={option.metavar}"
    again = " Can be repeated; in the other places, each value has a line." * option.is_repeatable
    said = cell(sentence(option.help) + again)
    return code(flag), code(option.variable), code(option.key), said

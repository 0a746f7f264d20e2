"""``serve --limit``: how much a client may send, how slowly, and how many may connect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, parse_number
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.server import ServerLimits

__all__ = ["LimitOption", "make_limits"]

_OPTION = "--limit"

LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        _OPTION,
        metavar="NAME=NUMBER",
        help="A limit for clients, for example head_seconds=5. Can be repeated.",
        rich_help_panel=Panel.STRICTNESS,
    ),
]


def make_limits(assignments: Iterable[str]) -> ServerLimits:
    """Return the limits of the server.

    Args:
        assignments: fields of ServerLimits, each as ``NAME=NUMBER``.

    Raises:
        ConfigurationError: there is no such limit, or its number is not a whole one above 0.
    """
    from dataclasses import fields

    from harness.emulator.server import ServerLimits

    names = sorted(field.name for field in fields(ServerLimits))
    chosen: dict[str, int] = {}
    for text in assignments:
        name, separator, number = text.partition("=")
        if name not in names:
            raise ConfigurationError(_OPTION, given=name, allowed=names)
        if not separator:
            raise ConfigurationError(f"{_OPTION} {name}", hint=f"write {name}=NUMBER")
        chosen[name] = parse_number(f"{_OPTION} {name}", number, 1)
    return ServerLimits(**chosen)

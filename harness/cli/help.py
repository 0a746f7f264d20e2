"""The help of each command: options in named groups, examples at the end, for every width.

It is plain text without boxes, colors or borders: the same in a terminal, a pipe and a file, and in
each encoding. Typer prints either the boxes of rich or Click's list, which has no groups and cuts
the names of environment variables.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from typer.core import TyperCommand, TyperGroup

__all__ = ["CommandWithHelp", "GroupWithHelp", "Panel", "wrapped"]

#: In a narrower terminal, what an option does is below its name.
_NARROW = 70
# The longest variable then fits beside it in 80 columns.
_WIDEST_NAME = 24
_INDENT = "  "


class Panel:
    """The titles of groups of options and commands: the values of `rich_help_panel`.

    A help shows them in this order. What has no panel comes last, under `Options`.
    """

    # Options.
    SOURCE = "What to read"
    SERVICE = "Which service"
    POOL = "Which pool"
    NETWORK = "Network"
    STATE = "Pools and state"
    STRICTNESS = "Strictness and faults"
    TRIGGERS = "Triggers"
    SECURITY = "Who may use it"
    CODES = "Where codes arrive"
    SIZE = "Size and pace"
    RAMP = "Ramp"
    AWS = "AWS account"
    OUTPUT = "Output"
    # Commands.
    EMULATOR = "Emulator"
    POOLS = "User pools"
    RUNS = "Runs"

    #: What has none of the panels.
    OTHER = "Options"


_ORDER = [text for name, text in vars(Panel).items() if name.isupper()]
_UNKNOWN = len(_ORDER) - 1.5


class _Formatter(Protocol):
    """The part of Click's HelpFormatter that is used; Typer bundles Click or depends on it."""

    width: int

    def write(self, string: str) -> None:
        """Add text."""


class _Help:
    """What a command and the group of commands print in the same way.

    A mixin: the class beside it has what `super` finds, which no type checker can know.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters; a base class of Typer's does."""
        return list(super().get_params(ctx))  # type: ignore[misc]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; an error names the command, which the parser does not know."""
        try:
            return list(super().parse_args(ctx, args))  # type: ignore[misc]
        except Exception as error:
            if getattr(error, "ctx", ctx) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the parts of the usage line, without the braces of newer versions of Typer."""
        pieces = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [piece.replace("{", "").replace("}", "") for piece in pieces]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, and the options in their panels."""
        shown = [one for one in self.get_params(ctx) if not getattr(one, "hidden", False)]
        arguments = [one for one in shown if one.param_type_name == "argument"]
        options = [one for one in shown if one.param_type_name == "option"]
        rows = [_row(one, ctx) for one in arguments]
        _write_panel(formatter, "Arguments", rows, _column(_name(one) for one in arguments))
        column = _column(_name(one) for one in options)
        for panel in _panels(options):
            rows = [_row(one, ctx) for one in options if _panel_of(one) == panel]
            _write_panel(formatter, panel, rows, column)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, each on a line of its own."""
        del ctx
        epilog = getattr(self, "epilog", None)
        if epilog:
            formatter.write("\n")
            for line in epilog.splitlines():
                formatter.write("\n".join(_command_line(line, formatter.width)) + "\n")


class CommandWithHelp(_Help, TyperCommand):
    """A command of the command line."""


class GroupWithHelp(_Help, TyperGroup):
    """The group of all commands."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands in their panels, then the options."""
        found = [self.get_command(ctx, name) for name in self.list_commands(ctx)]
        commands = [one for one in found if one is not None and not one.hidden]
        column = _column(str(one.name) for one in commands)
        for panel in _panels(commands):
            rows = [
                (str(one.name), [_first_sentence(one.help)])
                for one in commands
                if _panel_of(one) == panel
            ]
            _write_panel(formatter, panel, rows, column)
        super().format_options(ctx, formatter)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return the lines of a paragraph; no word is cut."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _panel_of(one: Any) -> str:
    return getattr(one, "rich_help_panel", None) or Panel.OTHER


def _panels(ones: Iterable[Any]) -> list[str]:
    """Return the panels in their order; those that `Panel` does not know come before the last."""
    found = dict.fromkeys(_panel_of(one) for one in ones)
    return sorted(found, key=lambda name: _ORDER.index(name) if name in _ORDER else _UNKNOWN)


def _row(parameter: Any, ctx: Any) -> tuple[str, list[str]]:
    """Return the name of a parameter, and the paragraphs about it."""
    default = _default(parameter, ctx)
    extra = "  [required]" if parameter.required else f"  [default: {default}]" if default else ""
    return _name(parameter), [
        f"{getattr(parameter, 'help', None) or ''}{extra}".strip(),
        *(f"[env: {variable}]" for variable in _variables(parameter)),
    ]


def _name(parameter: Any) -> str:
    metavar = parameter.metavar or str(parameter.name).upper()
    if parameter.param_type_name == "argument":
        return metavar
    names = ", ".join(sorted(parameter.opts, key=len))
    return names if parameter.is_flag else f"{names} {metavar}"


def _variables(parameter: Any) -> Sequence[str]:
    given = parameter.envvar or ()
    return [given] if isinstance(given, str) else list(given)


def _default(parameter: Any, ctx: Any) -> str:
    """Return the text of a default; nothing if there is none to show."""
    shown = getattr(parameter, "show_default", False)
    if isinstance(shown, str):
        return shown
    value = parameter.get_default(ctx, call=False) if shown else None
    if value is None or value is False:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").partition("\n\n")[0].split())


def _column(names: Iterable[str]) -> int:
    """Return the width of the left column; longer names get a line of their own."""
    return max((len(name) for name in names if len(name) <= _WIDEST_NAME), default=0)


def _write_panel(
    formatter: _Formatter, title: str, rows: Sequence[tuple[str, list[str]]], column: int
) -> None:
    if not rows:
        return
    formatter.write(f"\n{title}:\n")
    for name, paragraphs in rows:
        formatter.write("\n".join(_lines(name, paragraphs, formatter.width, column)) + "\n")


def _lines(name: str, paragraphs: list[str], width: int, column: int) -> Iterator[str]:
    """Yield the lines of one row: the name at the left, or above in a narrow terminal."""
    narrow = width < _NARROW
    indent = " " * (6 if narrow else column + 4)
    text = [line for one in paragraphs for line in wrapped(one, width, indent)]
    if narrow or len(name) > column or not text:
        yield f"{_INDENT}{name}"
    else:
        yield f"{_INDENT}{name}".ljust(len(indent)) + text.pop(0).lstrip()
    yield from text


def _command_line(line: str, width: int) -> list[str]:
    """Return a line of the epilog; a long command goes on in the next line, as shells read it."""
    if len(line) <= width or not line.startswith(_INDENT):
        return [line] if line.startswith(_INDENT) else wrapped(line, width) or [""]
    # An option stays with its value.
    together = re.sub(r"(--[\w-]+) (?!-)", r"\1\0", line.strip())
    parts = [part.replace("\0", " ") for part in wrapped(together, width - 6)]
    first, *rest = parts
    lines = [f"{_INDENT}{first}", *(f"{_INDENT * 2}{part}" for part in rest)]
    return [f"{part} \\" for part in lines[:-1]] + [lines[-1]]

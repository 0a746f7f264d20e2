"""The page on the commands of ``cognito-harness``, read from the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from harness.cli.app import app
from tests.docs.reference.markdown import cell, code, table

__all__ = ["commands", "lines"]


def commands() -> dict[str, Any]:
    """Return all commands by their full names; those of a group follow it."""
    return dict(_inside("cognito-harness", typer.main.get_command(app)))


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Commands"
    yield ""
    yield (
        "All commands with their arguments and options, as `--help` describes them. [The command "
        "line](../cli.md) has examples and outputs."
    )
    for name, command in commands().items():
        yield ""
        yield f"## `{name}`"
        for paragraph in (command.help or "").split("\n\n"):
            yield ""
            yield cell(paragraph.replace("\b", ""))
        rows = [_row(each) for each in command.params if not _is_help(each)]
        if rows:
            yield from table(("argument or option", "what it is", "default", "variables"), rows)


def _inside(prefix: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if command.hidden:
            continue
        yield f"{prefix} {name}", command
        if getattr(command, "commands", None):
            yield from _inside(f"{prefix} {name}", command)


def _is_help(parameter: Any) -> bool:
    return "--help" in parameter.opts or bool(getattr(parameter, "hidden", False))


def _row(parameter: Any) -> tuple[str, str, str, str]:
    named = _name(parameter)
    told = cell(getattr(parameter, "help", "") or "")
    variables = parameter.envvar or ()
    names = [variables] if isinstance(variables, str) else list(variables)
    return code(named), told, _default(parameter), ", ".join(code(each) for each in names) or "-"


def _name(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return str(parameter.metavar or parameter.name.upper())
    spelled = ", ".join((*parameter.opts, *parameter.secondary_opts))
    is_flag = getattr(parameter, "is_flag", False) or getattr(parameter, "count", False)
    return spelled if is_flag else f"{spelled} {parameter.metavar or 'TEXT'}"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    told = getattr(parameter, "show_default", None)
    if isinstance(told, str):
        return cell(told)
    value = parameter.default
    if value in (None, False, "") or callable(value) or value == () or value == []:
        return "-"
    return code(getattr(value, "value", value))

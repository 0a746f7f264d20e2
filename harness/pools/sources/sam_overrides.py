"""The ``parameter_overrides`` of SAM's configuration file, in TOML or YAML.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.sources.documents import Document
from harness.redaction import MASK

__all__ = ["lines_of_toml", "overrides", "recognizes"]

_OVERRIDES, _DEFAULT = "parameter_overrides", "default"
#: The commands whose settings count for ``sam deploy``, the more specific one first.
_COMMANDS = ("deploy", "global")
#: Quotes and escapes as SAM reads them:
#: https://github.com/aws/aws-sam-cli/blob/develop/samcli/cli/types.py
_WORD = r"""(?P<value>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:\\.|[^\s"\\])*)(?=\s|$)"""
_PAIR = re.compile(
    rf"\s*(?:ParameterKey=(?P<key>[\w:-]+),ParameterValue=|(?P<name>[\w:-]+)=){_WORD}", re.DOTALL
)
_ESCAPED = re.compile(r"\\([ \"'])")
_TABLE = re.compile(r"\[([\w.\"' -]+)\]\s*(#.*)?")
_ASSIGNED = re.compile(r"([\w-]+)\s*=")


def recognizes(value: Any) -> bool:
    """Return whether a value is such a file: it has parameters of commands by environment."""
    return isinstance(value, Mapping) and any(
        isinstance(command, Mapping) and isinstance(command.get("parameters"), Mapping)
        for commands in value.values()
        if isinstance(commands, Mapping)
        for command in commands.values()
    )


def overrides(document: Document, environment: str | None) -> tuple[str, list[tuple[str, Any]]]:
    """Return the path of the parameter overrides, and their names and values.

    Args:
        document: the file.
        environment: which environment; by default ``default``, or the only one.

    Raises:
        ConfigurationError: the environment has no overrides, or they have another form.
    """
    chosen = _chosen(document, environment)
    place = _place(document, chosen)
    if place is None:
        others = [name for name in _environments(document) if _place(document, name)]
        shown = " or ".join(f"{document.name}:{name}" for name in others)
        hint = f"environment {chosen} has no {_OVERRIDES}" + (f"; write {shown}" if shown else "")
        raise ConfigurationError("file", given=document.name, hint=hint)
    path, found = place
    return path, list(_pairs(document, path, found))


def lines_of_toml(text: str) -> dict[str, int]:
    """Return the line of each assignment in a table, by path; TOML's reader tells none."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if header := _TABLE.fullmatch(stripped):
            table = ".".join(key.strip(" \"'") for key in header[1].split("."))
        elif assigned := _ASSIGNED.match(stripped):
            found.setdefault(f"{table}.{assigned[1]}", number)
    return found


def _environments(document: Document) -> list[str]:
    return [str(name) for name, item in document.value.items() if isinstance(item, Mapping)]


def _chosen(document: Document, environment: str | None) -> str:
    found = _environments(document)
    if environment is not None and environment not in found:
        raise ConfigurationError(
            "environment", given=environment, source=document.name, allowed=found
        )
    if environment is None and _DEFAULT not in found and len(found) > 1:
        ways = " or ".join(f"{document.name}:{name}" for name in found)
        hint = f"it has several environments, none of them {_DEFAULT}; write {ways}"
        raise ConfigurationError("file", given=document.name, hint=hint)
    return environment or (_DEFAULT if _DEFAULT in found else found[0])


def _place(document: Document, environment: str) -> tuple[str, Any] | None:
    """Return the path of an environment's parameter overrides, and what is there."""
    commands = document.value[environment]
    for command in _COMMANDS:
        settings = commands.get(command)
        parameters = settings.get("parameters") if isinstance(settings, Mapping) else None
        if isinstance(parameters, Mapping) and _OVERRIDES in parameters:
            return f"{environment}.{command}.parameters.{_OVERRIDES}", parameters[_OVERRIDES]
    return None


def _pairs(document: Document, path: str, found: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(found, Mapping):
        yield from ((str(name), value) for name, value in found.items())
        return
    for text in found if isinstance(found, list) else [found]:
        if not isinstance(text, str):
            hint = "it must be a text such as 'Mfa=ON Stage=prod', or a list of such texts"
            # What is in it could be a secret.
            raise ConfigurationError(path, given=MASK, source=document.source(path), hint=hint)
        yield from _of_text(document, path, text.strip())


def _of_text(document: Document, path: str, text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        pair = _PAIR.match(text, position)
        if pair is None:
            # The text is not shown, since a value can be a secret.
            hint = f"no NAME=VALUE after {position} characters; write a value with spaces in quotes"
            raise ConfigurationError(path, source=document.source(path), hint=hint)
        position = pair.end()
        yield pair["key"] or pair["name"], _plain(pair["value"])


def _plain(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value)

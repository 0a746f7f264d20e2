"""Finds the line of each value in JSON, and refuses an object with one key twice.

The standard library's parser keeps no lines, and takes the last of two equal keys silently.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import join

__all__ = ["DEEPEST", "key_given_twice", "lines_of_json", "too_deep"]

#: The deepest nesting of a file; typical templates have about ten levels.
DEEPEST = 100

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')


def key_given_twice(name: str, key: str, first: int, second: int) -> ConfigurationError:
    """Return the refusal of an object that has a key twice.

    CloudFormation documents no rule for it: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html

    Args:
        name: the file.
        key: the key.
        first: the line of the first one.
        second: the line of the second one.
    """
    hint = f"the same object already has it on line {first}, so one of the two has no effect"
    return ConfigurationError("key", given=key, source=f"{name}, line {second}", hint=hint)


def too_deep(name: str) -> ConfigurationError:
    """Return the refusal of a file that is nested too deeply."""
    return ConfigurationError("file", given=name, hint="it is nested too deeply")


def lines_of_json(name: str, text: str) -> dict[str, int]:
    """Return the line of every value in valid JSON, by path, counted from 1.

    Args:
        name: the file, for the error message.
        text: its text.

    Raises:
        ConfigurationError: an object has a key twice, or the text is nested too deeply.
    """
    reader = _JsonLines(name)
    line, position = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        reader.take(found.group(), line)
    return reader.lines


@dataclass
class _Container:
    """An open object or list: its path, the next key or index, and the lines of its keys."""

    path: str
    key: str | int | None
    keys: dict[str, int] = field(default_factory=dict)


class _JsonLines:
    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Container] = []
        self.lines: dict[str, int] = {}

    def take(self, token: str, line: int) -> None:
        if token in "]}":
            self._open.pop()
        elif token == ",":
            inside = self._open[-1]
            inside.key = inside.key + 1 if isinstance(inside.key, int) else None
        elif token != ":":
            self._begin(token, line)

    def _begin(self, token: str, line: int) -> None:
        inside = self._open[-1] if self._open else None
        if inside is not None and inside.key is None:
            self._name_next(inside, str(json.loads(token)), line)
            return
        here = "" if inside is None or inside.key is None else join(inside.path, inside.key)
        if inside is not None and isinstance(inside.key, int):
            self.lines[here] = line
        if token in "[{":
            self._open.append(_Container(here, 0 if token == "[" else None))
            if len(self._open) > DEEPEST:
                raise too_deep(self._name)

    def _name_next(self, inside: _Container, key: str, line: int) -> None:
        if key in inside.keys:
            raise key_given_twice(self._name, key, inside.keys[key], line)
        inside.keys[key] = line
        inside.key = key
        self.lines[join(inside.path, key)] = line

"""Reads YAML and JSON files into plain values, with the line on which each value starts.

CloudFormation's short tags become the long form: ``!Ref Pool`` becomes ``{"Ref": "Pool"}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import SourceLocation, join

__all__ = ["Document", "read_document"]

#: The deepest nesting of a file; typical templates have about ten levels.
_DEEPEST = 100
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
#: Tags whose long form has no ``Fn::`` prefix.
_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})


@dataclass(frozen=True)
class Document:
    """The content of a file.

    Attributes:
        name: the file as the user wrote it.
        value: plain mappings, lists, strings, numbers and booleans.
        lines: the line of each value, counted from 1, by path.
    """

    name: str
    value: Any
    lines: Mapping[str, int] = field(repr=False)

    def source(self, path: str) -> str:
        """Return the location of a value for a message: the file, and the line if it is known."""
        line = self.lines.get(path)
        return self.name if line is None else f"{self.name}, line {line}"

    def places(
        self, path: str, notes: Mapping[str, str] | None = None
    ) -> dict[str, SourceLocation]:
        """Return the locations of a value and of everything below it, by relative path."""
        found = {"": SourceLocation(path, self.lines.get(path))}
        for below, line in self.lines.items():
            rest = below.removeprefix(path)
            if rest != below and rest[:1] in (".", "["):
                note = (notes or {}).get(below)
                found[rest.removeprefix(".")] = SourceLocation(below, line, note)
        return found


def read_document(path: str | Path) -> Document:
    """Read a file of YAML or JSON.

    Raises:
        ConfigurationError: the file does not exist, or is neither YAML nor JSON.
    """
    text = _text(path)
    name = str(path)
    if text.lstrip()[:1] in ("{", "["):
        return _json(name, text)
    return _yaml(name, text)


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        hint = f"it cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        hint = "it is not UTF-8 text"
    raise ConfigurationError("file", given=str(path), hint=hint)


def _json(name: str, text: str) -> Document:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        # A template in YAML's flow style starts like JSON.
        document = _yaml_or_none(name, text)
        if document is not None:
            return document
        hint = f"it is neither YAML nor JSON (line {error.lineno}: {error.msg})"
        raise ConfigurationError("file", given=name, hint=hint) from None
    except RecursionError:
        raise _too_deep(name) from None
    return Document(name, value, dict(_lines_of_json(text)))


def _yaml_or_none(name: str, text: str) -> Document | None:
    try:
        return _yaml(name, text)
    except ConfigurationError:
        return None


def _lines_of_json(text: str) -> Iterator[tuple[str, int]]:
    """Yield the path and line of every value in valid JSON."""
    line, position = 1, 0
    # For each open container: its path, and the next key or index.
    open_ones: list[tuple[str, str | int | None]] = []
    for found in _TOKEN.finditer(text):
        line += text.count("\n", position, found.start())
        position, token = found.start(), found.group()
        if token in "]}":
            open_ones.pop()
        elif token == ",":
            path, key = open_ones[-1]
            open_ones[-1] = (path, key + 1 if isinstance(key, int) else None)
        elif token != ":":
            yield from _begun(token, line, open_ones)


def _begun(
    token: str, line: int, open_ones: list[tuple[str, str | int | None]]
) -> Iterator[tuple[str, int]]:
    path, key = open_ones[-1] if open_ones else ("", "")
    if key is None:
        key = str(json.loads(token))
        open_ones[-1] = (path, key)
        yield join(path, key), line
        return
    here = join(path, key) if open_ones else ""
    if isinstance(key, int):
        yield here, line
    if token in "[{":
        open_ones.append((here, 0 if token == "[" else None))


def _yaml(name: str, text: str) -> Document:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = f"it is neither YAML nor JSON (line {line}: {error.problem})"
        raise ConfigurationError("file", given=name, hint=hint) from None
    except yaml.YAMLError:
        raise ConfigurationError("file", given=name, hint="it is neither YAML nor JSON") from None
    except RecursionError:
        raise _too_deep(name) from None
    reader = _YamlReader(name)
    value = None if node is None else reader.read(node, "", 0)
    return Document(name, value, reader.lines)


class _YamlReader:
    """Converts YAML nodes to plain values and records their lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._scalars = yaml.SafeLoader("")
        self.lines: dict[str, int] = {}

    def read(self, node: yaml.Node, path: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise _too_deep(self._name)
        self.lines.setdefault(path, node.start_mark.line + 1)
        value = self._value(node, path, depth)
        function = str(node.tag).removeprefix("!") if str(node.tag).startswith("!") else None
        if function is None:
            return value
        if function == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        name = function if function in _WITHOUT_PREFIX else f"Fn::{function}"
        return {name: value}

    def _value(self, node: yaml.Node, path: str, depth: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.read(item, join(path, index), depth + 1)
                for index, item in enumerate(node.value)
            ]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Any]:
        self._scalars.flatten_mapping(node)
        found: dict[str, Any] = {}
        for key_node, item in node.value:
            key = str(key_node.value)
            below = join(path, key)
            self.lines[below] = key_node.start_mark.line + 1
            found[key] = self.read(item, below, depth + 1)
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        # Dates stay strings, because AWSTemplateFormatVersion looks like a date.
        if node.tag in _PLAIN:
            return self._scalars.construct_object(node)
        return node.value


_PLAIN = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))


def _too_deep(name: str) -> ConfigurationError:
    return ConfigurationError("file", given=name, hint="it is nested too deeply")

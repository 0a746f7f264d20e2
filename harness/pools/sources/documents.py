"""Reads YAML and JSON files into plain values, with the line on which each value starts.

CloudFormation's short tags become the long form: ``!Ref Pool`` becomes ``{"Ref": "Pool"}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import SourceLocation
from harness.pools.sources.json_lines import lines_of_json, too_deep
from harness.pools.sources.yaml_values import yaml_values

__all__ = ["Document", "read_document", "text_of"]

#: The largest file, in bytes. CloudFormation takes templates of up to 1 MB; a Terraform plan of a
#: large system has tens of them.
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LARGEST = 100_000_000
#: The largest file of YAML, which is read a hundred times more slowly than JSON.
_LARGEST_YAML = 5_000_000


@dataclass(frozen=True)
class Document:
    """The content of a file.

    Attributes:
        name: the file as the user wrote it.
        value: plain mappings, lists, strings, numbers and booleans.
        lines: the line of each value, counted from 1, by path.
        notes: what of the file was left out, one sentence each.
    """

    name: str
    value: Any
    lines: Mapping[str, int] = field(repr=False)
    notes: tuple[str, ...] = ()

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
            # Everything is below the whole document, whose path is empty.
            if not path or (rest != below and rest[:1] in (".", "[")):
                note = (notes or {}).get(below)
                found[rest.removeprefix(".")] = SourceLocation(below, line, note)
        return found


def read_document(path: str | Path) -> Document:
    """Read a file of YAML or JSON.

    Raises:
        ConfigurationError: the file does not exist, is empty, too large, or neither YAML nor JSON;
            or an object in it has a key twice.
    """
    text = text_of(path)
    name = str(path)
    if text.lstrip()[:1] in ("{", "["):
        return _json(name, text)
    return _yaml(name, text)


def text_of(path: str | Path) -> str:
    """Return the text of a file.

    Raises:
        ConfigurationError: the file cannot be read, is too large, or is not UTF-8 text.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise _too_large(str(path), _LARGEST)
        return content.decode("utf-8-sig")
    except OSError as error:
        hint = f"it cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        hint = "it is not UTF-8 text"
    except ValueError:
        hint = "it is not the name of a file"
    raise ConfigurationError("file", given=str(path), hint=hint)


def _json(name: str, text: str) -> Document:
    try:
        value = json.loads(text)
    except RecursionError:
        raise too_deep(name) from None
    except ValueError as error:
        # A template in YAML's flow style starts like JSON.
        document = _yaml_or_none(name, text)
        if document is not None:
            return document
        # Only a number of thousands of digits is another error.
        found = error if isinstance(error, json.JSONDecodeError) else None
        where = f"line {found.lineno}: {found.msg}" if found else str(error)
        hint = f"it is neither YAML nor JSON ({where})"
        raise ConfigurationError("file", given=name, hint=hint) from None
    return Document(name, value, lines_of_json(name, text))


def _yaml_or_none(name: str, text: str) -> Document | None:
    try:
        return _yaml(name, text)
    except ConfigurationError as error:
        if error.setting == "key":
            raise
        return None


def _yaml(name: str, text: str) -> Document:
    if len(text) > _LARGEST_YAML:
        raise _too_large(name, _LARGEST_YAML)
    value, lines = yaml_values(name, text)
    if value is None:
        raise ConfigurationError("file", given=name, hint="it is empty")
    return Document(name, value, lines)


def _too_large(name: str, largest: int) -> ConfigurationError:
    hint = f"it has more than {largest // 1_000_000} MB"
    return ConfigurationError("file", given=name, hint=hint)

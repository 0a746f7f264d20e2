"""Reads the files of a Serverless Framework service: its own, and those that ``${file(…)}`` names.

The framework reads YAML 1.2, in which ``OFF``, ``on`` and ``yes`` are texts and not booleans:
https://yaml.org/spec/1.2.2/#1032-tag-resolution
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import join
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.yaml_values import put_in_merge_keys

__all__ = ["FilePart", "ServerlessFiles", "in_yaml_1_2"]

_FILE = re.compile(r"file\(\s*([^)]*?)\s*\)")
#: A variable that is nothing but a file, or a part of one.
_WHOLE = re.compile(r"\$\{\s*(file\([^)]*\))\s*(?::\s*([\w.-]+))?\s*\}")
#: Other files are programs, whose result only the framework knows.
_DATA = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class FilePart:
    """A value in one of the files of a service.

    Attributes:
        document: the file.
        path: the path of the value in it.
        value: the value, with its variables.
    """

    document: Document = field(repr=False)
    path: str
    value: Any = field(repr=False)

    @property
    def source(self) -> str:
        """The file and the line, for messages."""
        return self.document.source(self.path)

    def member(self, name: str) -> FilePart:
        """Return a member of this object; its value is ``None`` if there is none."""
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        return FilePart(self.document, join(self.path, name), value)

    def members(self) -> list[FilePart]:
        """Return the members of this object; none if it is something else."""
        names = self.value if isinstance(self.value, Mapping) else ()
        return [self.member(str(name)) for name in names]

    def items(self) -> list[FilePart]:
        """Return the items of this list."""
        return [
            FilePart(self.document, join(self.path, index), item)
            for index, item in enumerate(self.value)
        ]

    def lines(self) -> Iterator[tuple[str, int]]:
        """Yield the rest of the path of this value and of each value in it, and the line."""
        for path, line in self.document.lines.items():
            rest = path.removeprefix(self.path)
            if path == self.path or (rest != path and rest[:1] in (".", "[")):
                yield rest, line


class ServerlessFiles:
    """The files that a service includes, by the names in its variables.

    Args:
        service: the file of the service; the names are relative to its folder.
    """

    def __init__(self, service: str) -> None:
        self._folder = Path(service).parent
        self._found: dict[str, Document | None] = {}

    def document(self, source: str) -> Document | None:
        """Return the file that a source such as ``file(cognito.yml)`` names.

        Args:
            source: the source of a variable, without the address in the file.

        Returns:
            The content, or ``None`` if it is a program, is not there or cannot be read.
        """
        named = _FILE.fullmatch(source)
        if named is None:
            return None
        name = named[1].strip("'\"")
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def entered(self, part: FilePart) -> FilePart:
        """Return what a part names if it is nothing but a file, or the part itself."""
        named = _WHOLE.fullmatch(part.value) if isinstance(part.value, str) else None
        document = self.document(named[1]) if named else None
        if named is None or document is None:
            return part
        found = FilePart(document, "", document.value)
        for name in (named[2] or "").split("."):
            found = found.member(name) if name else found
        return found

    def _read(self, name: str) -> Document | None:
        path = self._folder / name
        if path.suffix.lower() not in _DATA or not self._is_inside(path):
            return None
        try:
            return in_yaml_1_2(read_document(path))
        except ConfigurationError:
            return None

    def _is_inside(self, path: Path) -> bool:
        """Return whether a file is below the folder of the service.

        Unless a service says otherwise, the framework refuses any other:

        https://github.com/serverless/serverless/blob/main/lib/configuration/variables/sources/file.js
        """
        try:
            return path.resolve(strict=True).is_relative_to(self._folder.resolve())
        except (OSError, RuntimeError, ValueError):
            # It is not there, or nothing can have this name.
            return False


def in_yaml_1_2(document: Document) -> Document:
    """Return a document with the texts that YAML 1.1 takes for booleans, such as ``OFF``."""
    try:
        text = Path(document.name).read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError):
        return document
    return replace(document, value=_with_texts(node, document.value))


def _with_texts(node: yaml.Node | None, value: Any) -> Any:
    if isinstance(value, dict) and str(getattr(node, "tag", "")).startswith("!") and value:
        # A short tag has become an object with one member.
        (name, argument), *_ = value.items()
        return {name: _of_node(node, argument)}
    return _of_node(node, value)


def _of_node(node: yaml.Node | None, value: Any) -> Any:
    if isinstance(node, yaml.MappingNode) and isinstance(value, Mapping):
        put_in_merge_keys(node)
        nodes = {str(key.value): item for key, item in node.value}
        return {key: _with_texts(nodes.get(key), item) for key, item in value.items()}
    if isinstance(node, yaml.SequenceNode) and isinstance(value, list):
        return [_with_texts(*pair) for pair in zip(node.value, value, strict=False)]
    if isinstance(node, yaml.ScalarNode) and isinstance(value, bool):
        return value if node.value.lower() in ("true", "false") else node.value
    return value

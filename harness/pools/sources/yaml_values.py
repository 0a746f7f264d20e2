"""Reads YAML into plain values, with CloudFormation's short tags in their long form.

CloudFormation reads YAML 1.1, as PyYAML does. It documents that it takes no aliases and merge
keys; tools that package templates resolve them first, so they are read here.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

from typing import Any

import yaml

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import join
from harness.pools.sources.json_lines import DEEPEST, key_given_twice, too_deep

__all__ = ["put_in_merge_keys", "yaml_values"]

#: How many values a file may have after its aliases are resolved; a template of 1 MB has fewer.
_MOST_VALUES = 1_000_000
_MOST_BITS = 10_000
#: Tags whose long form has no ``Fn::`` prefix.
_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})
_YAML = "tag:yaml.org,2002:"
_MERGE = _YAML + "merge"
_PLAIN = frozenset(_YAML + name for name in ("null", "bool", "int", "float"))
#: What a value can be without a tag. Dates stay text: AWSTemplateFormatVersion looks like one.
_IMPLICIT = _PLAIN | {_YAML + name for name in ("str", "map", "seq", "timestamp", "merge", "value")}


def yaml_values(name: str, text: str) -> tuple[Any, dict[str, int]]:
    """Return the plain value of a YAML text, and the line of each value by path.

    Args:
        name: the file, for error messages.
        text: its text.

    Raises:
        ConfigurationError: it is not YAML, has several documents, has a key twice, is nested too
            deeply or too large, or has a tag that neither YAML nor CloudFormation reads.
    """
    try:
        node = _node(name, text)
        if node is None:
            return None, {}
        _require_each_key_once(name, node)
        reader = _YamlReader(name)
        return reader.read(node, "", 0), reader.lines
    except RecursionError:
        raise too_deep(name) from None


def _node(name: str, text: str) -> yaml.Node | None:
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        tab = "; YAML is indented with spaces" if "'\\t'" in str(error.problem) else ""
        hint = f"it is neither YAML nor JSON (line {line}: {error.problem}){tab}"
        raise _unusable(name, hint) from None
    except yaml.YAMLError:
        raise _unusable(name, "it is neither YAML nor JSON") from None
    if len(documents) > 1:
        line = documents[1].start_mark.line + 1
        raise _unusable(name, f"it has several YAML documents (the second one on line {line})")
    return documents[0] if documents else None


def _require_each_key_once(name: str, node: yaml.Node) -> None:
    """Refuse a key that one mapping has twice, before merge keys add those of other mappings."""
    waiting, seen = [node], {id(node)}
    while waiting:
        found = waiting.pop()
        if isinstance(found, yaml.MappingNode):
            _require_different_keys(name, found)
            below = [item for _, item in found.value]
        else:
            below = found.value if isinstance(found, yaml.SequenceNode) else []
        # An alias is the same node again.
        new = [item for item in below if id(item) not in seen]
        seen.update(map(id, new))
        waiting.extend(new)


def _require_different_keys(name: str, node: yaml.MappingNode) -> None:
    lines: dict[str, int] = {}
    for key_node, _ in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            hint = "a key must be a text"
            raise ConfigurationError("key", source=f"{name}, line {line}", hint=hint)
        key = str(key_node.value)
        if key in lines:
            raise key_given_twice(name, key, lines[key], line)
        lines[key] = line


class _YamlReader:
    """Converts YAML nodes to plain values and records their lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._scalars = yaml.SafeLoader("")
        self._values = 0
        self.lines: dict[str, int] = {}

    def read(self, node: yaml.Node, path: str, depth: int) -> Any:
        if depth > DEEPEST:
            raise too_deep(self._name)
        self._values += 1
        if self._values > _MOST_VALUES:
            raise _unusable(
                self._name, f"it has more than {_MOST_VALUES:,} values with its aliases"
            )
        self.lines.setdefault(path, node.start_mark.line + 1)
        value = self._value(node, path, depth)
        tag = str(node.tag)
        if tag in _IMPLICIT:
            return value
        if not tag.startswith("!"):
            raise self._strange_tag(node)
        function = tag.removeprefix("!")
        if function == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {function if function in _WITHOUT_PREFIX else f"Fn::{function}": value}

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
        self._merge(node)
        found: dict[str, Any] = {}
        for key_node, item in node.value:
            key = str(key_node.value)
            below = join(path, key)
            self.lines[below] = key_node.start_mark.line + 1
            found[key] = self.read(item, below, depth + 1)
        return found

    def _merge(self, node: yaml.MappingNode) -> None:
        try:
            put_in_merge_keys(node)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            hint = f"a merge key << takes a mapping or a list of mappings (line {line})"
            raise _unusable(self._name, hint) from None

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag not in _PLAIN:
            return node.value
        try:
            found = self._scalars.construct_object(node)
        except (KeyError, ValueError, yaml.YAMLError):
            # A tag such as !!int on a text, or a number of thousands of digits.
            raise self._strange_tag(node) from None
        if isinstance(found, int) and found.bit_length() > _MOST_BITS:
            # Python writes no number of thousands of digits, and can read one in base 16.
            raise self._strange_tag(node)
        return found

    def _strange_tag(self, node: yaml.Node) -> ConfigurationError:
        tag = str(node.tag).replace(_YAML, "!!")
        source = f"{self._name}, line {node.start_mark.line + 1}"
        return ConfigurationError(
            "tag", given=tag, source=source, hint="CloudFormation does not read it on this value"
        )


def put_in_merge_keys(node: yaml.MappingNode) -> None:
    """Replace the merge keys of a mapping by the members that they name.

    PyYAML's own function puts members of the same name in many times before 6.0.4, so that a short
    file needs all the memory; since then, it lets a later mapping of a list win.
    https://yaml.org/type/merge.html

    Args:
        node: the mapping, which is changed.

    Raises:
        yaml.MarkedYAMLError: a merge key has neither a mapping nor a list of mappings.
    """
    merged = [item for key, item in node.value if key.tag == _MERGE]
    if not merged:
        return
    # Without its merge keys first, so that a mapping that merges itself has an end.
    node.value = [pair for pair in node.value if pair[0].tag != _MERGE]
    found = {str(key.value): (key, item) for key, item in node.value}
    for item in merged:
        for mapping in item.value if isinstance(item, yaml.SequenceNode) else [item]:
            if not isinstance(mapping, yaml.MappingNode):
                raise yaml.MarkedYAMLError(problem_mark=mapping.start_mark)
            put_in_merge_keys(mapping)
            for key, below in mapping.value:
                found.setdefault(str(key.value), (key, below))
    node.value = list(found.values())


def _unusable(name: str, hint: str) -> ConfigurationError:
    return ConfigurationError("file", given=name, hint=hint)

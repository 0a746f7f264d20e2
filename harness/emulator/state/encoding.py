"""Turn objects into JSON; an object that occurs twice is written once and referred to by number."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from harness.emulator.state.shapes import Shape, by_class

#: The members for what JSON cannot express; no other member's name begins with a dollar sign.
TYPE, NUMBER, REFERENCE, VALUE = "$type", "$number", "$same", "$value"
BYTES, TUPLE, SET, PAIRS = "$bytes", "$tuple", "$set", "$pairs"

#: The types that are written unchanged.
_PLAIN = (str, bool, int, float, type(None))

#: For a class, a function that returns other values for some attributes of an object to write.
Replacements = Mapping[type, Callable[[Any], Mapping[str, Any]]]


class Encoder:
    """Writes the objects of one document."""

    def __init__(self, replacements: Replacements | None = None) -> None:
        self._replacements = replacements or {}
        #: Keeps the objects as well, because Python may reuse the id of a deleted object.
        self._written: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._numbers = 0

    def encode(self, value: Any) -> Any:
        """Return the JSON of a value.

        Raises:
            TypeError: the value has a type that no state has.
        """
        if type(value) in _PLAIN:
            return value
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, dict):
            return self._mapping(value)
        if isinstance(value, bytes):
            return {BYTES: base64.b64encode(value).decode()}
        if isinstance(value, tuple):
            return {TUPLE: [self.encode(item) for item in value]}
        if isinstance(value, set):
            return {SET: [self.encode(item) for item in sorted(value)]}
        return self._object(value)

    def _mapping(self, value: dict[Any, Any]) -> dict[str, Any]:
        if all(isinstance(name, str) and not name.startswith("$") for name in value):
            return {name: self.encode(item) for name, item in value.items()}
        return {PAIRS: [[self.encode(name), self.encode(item)] for name, item in value.items()]}

    def _object(self, value: Any) -> dict[str, Any]:
        if id(value) in self._written:
            _, written = self._written[id(value)]
            if NUMBER not in written:
                self._numbers += 1
                written[NUMBER] = self._numbers
            return {REFERENCE: written[NUMBER]}
        shape = by_class().get(type(value))
        if shape is None:
            raise TypeError(f"a state has no {type(value).__name__}")
        written = {TYPE: shape.name}
        self._written[id(value)] = (value, written)
        self._fill(written, shape, value)
        return written

    def _fill(self, written: dict[str, Any], shape: Shape, value: Any) -> None:
        if shape.write is not None:
            written[VALUE] = self.encode(shape.write(value))
            return
        replacement = self._replacements.get(shape.cls)
        replaced = replacement(value) if replacement else {}
        for name in shape.types:
            item = replaced[name] if name in replaced else getattr(value, name)
            if name in shape.members:
                item = shape.members[name].write(item)
            written[shape.member_name(name)] = item if type(item) in _PLAIN else self.encode(item)

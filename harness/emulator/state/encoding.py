"""Objects into JSON: what is met twice is written once and referred to by its number."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from harness.emulator.state.shapes import Shape, by_class

#: The members that say what JSON cannot; no other name of a member begins with a dollar sign.
TYPE, NUMBER, REFERENCE, VALUE = "$type", "$number", "$same", "$value"
BYTES, TUPLE, SET, PAIRS = "$bytes", "$tuple", "$set", "$pairs"

#: What is written as it is.
_PLAIN = (str, bool, int, float, type(None))

#: For a class, the attributes that an object of it has in the file instead of its own.
Replacements = Mapping[type, Callable[[Any], Mapping[str, Any]]]


class Encoder:
    """Writes the objects of one document."""

    def __init__(self, replacements: Replacements | None = None) -> None:
        self._replacements = replacements or {}
        #: The objects themselves too: an id is only an object's own while that lives.
        self._written: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._numbers = 0

    def encode(self, value: Any) -> Any:
        """The JSON of a value; TypeError where it is of a type that no state has."""
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
        instead = self._replacements.get(shape.cls)
        other = instead(value) if instead else {}
        for name in shape.types:
            held = other[name] if name in other else getattr(value, name)
            if name in shape.members:
                held = shape.members[name].write(held)
            written[shape.member_name(name)] = held if type(held) in _PLAIN else self.encode(held)

"""Turn JSON into the objects of a state; errors name the place in the document."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from harness.emulator.domain.directory import UnusableUsers
from harness.emulator.state.checks import StateError, fits
from harness.emulator.state.encoding import BYTES, NUMBER, PAIRS, REFERENCE, SET, TUPLE, TYPE, VALUE
from harness.emulator.state.shapes import Shape, by_name


class Decoder:
    """Reads the objects of one document."""

    def __init__(self) -> None:
        self._numbered: dict[int, Any] = {}

    def decode(self, value: Any, path: str) -> Any:
        """Return the value that some JSON stands for.

        Args:
            value: the JSON.
            path: the place of the JSON in the document, for error messages.

        Raises:
            StateError: the JSON is not what `Encoder` writes.
        """
        if isinstance(value, list):
            return [self.decode(item, f"{path}[{place}]") for place, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if TYPE in value:
            return self._object(value, path)
        marks = [name for name in value if name.startswith("$")]
        if not marks:
            return {name: self.decode(item, f"{path}.{name}") for name, item in value.items()}
        reader = self._readers().get(marks[0])
        if reader is None or len(value) != 1:
            raise StateError(f"{path} has a member {marks[0]!r}, which is not allowed there")
        try:
            return reader(value[marks[0]], path)
        except (TypeError, ValueError, KeyError) as problem:
            raise StateError(f"{path} is not a valid {marks[0]!r}") from problem

    def _readers(self) -> dict[str, Callable[[Any, str], Any]]:
        return {
            BYTES: lambda value, _: _bytes(value),
            TUPLE: lambda value, path: tuple(self._list(value, path)),
            SET: lambda value, path: set(self._list(value, path)),
            PAIRS: lambda value, path: dict(tuple(pair) for pair in self._list(value, path)),
            REFERENCE: lambda value, _: self._same(value),
        }

    def _same(self, number: Any) -> Any:
        if type(number) is not int:  # true and 1.0 would find the object 1
            raise TypeError
        return self._numbered[number]

    def _list(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError
        items: list[Any] = self.decode(value, path)
        return items

    def _object(self, value: dict[str, Any], path: str) -> Any:
        shape = by_name().get(value[TYPE]) if isinstance(value[TYPE], str) else None
        if shape is None:
            raise StateError(f"{path} has {TYPE} {value[TYPE]!r}, which no state has")
        if shape.read is not None:
            return self._register(value, self._form(shape, value, path), path)
        # The object is made before its attributes are read, because they may refer to it.
        instance = self._register(value, object.__new__(shape.cls), path)
        for name, attribute in self._attributes(shape, value, path).items():
            object.__setattr__(instance, name, attribute)
        return instance

    def _form(self, shape: Shape, value: dict[str, Any], path: str) -> Any:
        form = self.decode(value.get(VALUE), path)
        if shape.read is None or not fits(form, shape.form_type):
            raise StateError(f"{path} does not fit {shape.form}")
        try:
            return shape.read(form)
        except UnusableUsers as problem:
            raise StateError(f"{path} cannot be used: {problem}") from problem
        except (TypeError, ValueError) as problem:
            raise StateError(f"{path} is not a valid {shape.name}") from problem

    def _attributes(self, shape: Shape, value: dict[str, Any], path: str) -> dict[str, Any]:
        members = {shape.member_name(name) for name in shape.types}
        unknown = sorted(set(value) - {*members, TYPE, NUMBER})
        if unknown:
            raise StateError(f"{path} has a member {unknown[0]!r}, which no {shape.name} has")
        attributes = {name: make() for name, make in shape.not_saved.items()}
        for name, expected in shape.types.items():
            attributes[name] = self._attribute(shape, name, value, path)
            if not fits(attributes[name], expected):
                raise StateError(f"{path}.{shape.member_name(name)} has a value of the wrong type")
        return attributes

    def _attribute(self, shape: Shape, name: str, value: dict[str, Any], path: str) -> Any:
        member = shape.member_name(name)
        if member not in value:
            if name in shape.defaults:
                return shape.defaults[name]()
            raise StateError(f"{path} has no member {member!r}, which every {shape.name} has")
        saved = value[member]
        if isinstance(saved, list | dict):
            saved = self.decode(saved, f"{path}.{member}")
        if name not in shape.members:
            return saved
        try:
            return shape.members[name].read(saved)
        except (TypeError, ValueError) as problem:
            raise StateError(f"{path}.{member} has a value of the wrong type") from problem

    def _register(self, value: dict[str, Any], instance: Any, path: str) -> Any:
        """Remember an object under its number, if it has one, and return it."""
        if NUMBER in value:
            number = value[NUMBER]
            if type(number) is not int or number in self._numbered:
                raise StateError(
                    f"{path} has {NUMBER} {number!r}; it must be a number that no other object has"
                )
            self._numbered[number] = instance
        return instance


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as problem:
        raise ValueError from problem

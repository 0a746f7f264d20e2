"""JSON into objects of the types that a state has; whatever else it is, it is told where."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from harness.emulator.state.checks import StateError, fits
from harness.emulator.state.encoding import BYTES, NUMBER, PAIRS, REFERENCE, SET, TUPLE, TYPE, VALUE
from harness.emulator.state.shapes import Shape, by_name


class Decoder:
    """Reads the objects of one document."""

    def __init__(self) -> None:
        self._numbered: dict[int, Any] = {}

    def decode(self, value: Any, path: str) -> Any:
        """The value of some JSON; ``path`` says in an error where it stands.

        Raises:
            StateError: it is not what `Encoder` writes.
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
            raise StateError(f"{path} has a member {marks[0]!r}, which says nothing there")
        try:
            return reader(value[marks[0]], path)
        except (TypeError, ValueError, KeyError) as problem:
            raise StateError(f"{path} is no {marks[0][1:]}") from problem

    def _readers(self) -> dict[str, Callable[[Any, str], Any]]:
        return {
            BYTES: lambda value, _: _bytes(value),
            TUPLE: lambda value, path: tuple(self._list(value, path)),
            SET: lambda value, path: set(self._list(value, path)),
            PAIRS: lambda value, path: dict(tuple(pair) for pair in self._list(value, path)),
            REFERENCE: lambda value, _: self._numbered[value],
        }

    def _list(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError
        found: list[Any] = self.decode(value, path)
        return found

    def _object(self, value: dict[str, Any], path: str) -> Any:
        shape = by_name().get(value[TYPE]) if isinstance(value[TYPE], str) else None
        if shape is None:
            raise StateError(f"{path} is a {value[TYPE]!r}, which no state has")
        if shape.read is not None:
            return self._numbered_as(value, self._form(shape, value, path), path)
        # Made first and filled then: what is in it may lead back to it.
        made = self._numbered_as(value, object.__new__(shape.cls), path)
        for name, held in self._attributes(shape, value, path).items():
            object.__setattr__(made, name, held)
        return made

    def _form(self, shape: Shape, value: dict[str, Any], path: str) -> Any:
        form = self.decode(value.get(VALUE), path)
        if shape.read is None or not fits(form, shape.form_type):
            raise StateError(f"{path} does not fit {shape.form}")
        try:
            return shape.read(form)
        except (TypeError, ValueError) as problem:
            raise StateError(f"{path} is no {shape.name}") from problem

    def _attributes(self, shape: Shape, value: dict[str, Any], path: str) -> dict[str, Any]:
        members = {shape.member_name(name) for name in shape.types}
        unknown = sorted(set(value) - {*members, TYPE, NUMBER})
        if unknown:
            raise StateError(f"{path} has a member {unknown[0]!r}, which no {shape.name} has")
        found = {name: make() for name, make in shape.anew.items()}
        for name, expected in shape.types.items():
            found[name] = self._attribute(shape, name, value, path)
            if not fits(found[name], expected):
                raise StateError(f"{path}.{shape.member_name(name)} is not of the type that it has")
        return found

    def _attribute(self, shape: Shape, name: str, value: dict[str, Any], path: str) -> Any:
        member = shape.member_name(name)
        if member not in value:
            if name in shape.defaults:
                return shape.defaults[name]()
            raise StateError(f"{path} has no member {member!r}, which every {shape.name} has")
        held = value[member]
        if isinstance(held, list | dict):
            held = self.decode(held, f"{path}.{member}")
        if name not in shape.members:
            return held
        try:
            return shape.members[name].read(held)
        except (TypeError, ValueError) as problem:
            raise StateError(f"{path}.{member} is not of the type that it has") from problem

    def _numbered_as(self, value: dict[str, Any], made: Any, path: str) -> Any:
        if NUMBER in value:
            number = value[NUMBER]
            if not isinstance(number, int) or number in self._numbered:
                raise StateError(f"{path} has {NUMBER} {number!r}, which is none or another's")
            self._numbered[number] = made
        return made


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as problem:
        raise ValueError from problem

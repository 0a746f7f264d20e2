"""Turn objects into JSON; an object that occurs twice is written once and referred to by number."""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter
from typing import Any

from harness.emulator.domain.directory import NumberedUsers
from harness.emulator.state.shapes import by_class

#: The members for what JSON cannot express; no other member's name begins with a dollar sign.
TYPE, NUMBER, REFERENCE, VALUE = "$type", "$number", "$same", "$value"
BYTES, TUPLE, SET, PAIRS = "$bytes", "$tuple", "$set", "$pairs"


def _float(value: float) -> str:
    text = float.__repr__(value)
    # Infinity is spelled otherwise in JSON.
    return text if text[-1].isdigit() else json.dumps(value)


def _is_member(name: Any) -> bool:
    """Return whether a key can be the name of a JSON member, and is not taken for a mark."""
    return type(name) is str and name[:1] != "$"


#: The types that are written unchanged, and how.
_PLAIN: dict[type, Callable[[Any], str]] = {
    str: quoted,
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: _float,
    type(None): lambda _: "null",
}

#: For a class, a function that returns other values for some attributes of an object to write.
Replacements = Mapping[type, Callable[[Any], Mapping[str, Any]]]

#: Where an object's number goes, if it gets one: its place in the order of writing, between two
#: characters that JSON never contains.
_GAP = re.compile("\0([0-9]+)\0")


@dataclass(frozen=True)
class Pausing:
    """The pauses in which other calls may change what is not written yet.

    Attributes:
        pause: lets waiting calls through.
        each: how many items of a long collection are written from one pause to the next.
        copies: by the id of an object: what to write instead of it, or some of its attributes, as
            they were when the writing began.
    """

    pause: Callable[[], None] = lambda: None
    each: int = sys.maxsize
    copies: Mapping[int, Any] = field(default_factory=dict)


#: How many objects are let go of before another thread may run.
_RELEASED_AT_ONCE = 20_000


class _Plan:
    """How the objects of one class are written: what never changes, prepared once."""

    def __init__(self, cls: type) -> None:
        shape = by_class().get(cls)
        if shape is None:
            raise TypeError(f"a state has no {cls.__name__}")
        self.shape = shape
        self.head = f'{{"{TYPE}":{quoted(shape.name)}'
        self.names = tuple(shape.types) if shape.write is None else ()
        self.starts = [f",{quoted(shape.member_name(name))}:" for name in self.names]
        self.get = attrgetter(*self.names) if len(self.names) > 1 else self._get_each

    def _get_each(self, value: Any) -> tuple[Any, ...]:
        return tuple(getattr(value, name) for name in self.names)


class Encoder:
    """Writes the objects of one document.

    Args:
        replacements: other values for some attributes of some classes.
        pausing: when to pause; without it, everything is written in one go.
    """

    def __init__(
        self, replacements: Replacements | None = None, pausing: Pausing | None = None
    ) -> None:
        self._replacements = replacements or {}
        self._pausing = pausing or Pausing()
        self._ready: list[str] = []
        self._pieces: list[str] = []
        self._places: dict[int, int] = {}
        #: The objects by place; it keeps them, because Python may reuse the id of a deleted one.
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._collections: dict[type, Callable[[Any], None]] = {
            list: self._list,
            NumberedUsers: self._list,
            dict: self._mapping,
            bytes: self._bytes,
            tuple: self._tuple,
            set: self._set,
        }
        self._plans: dict[type, _Plan] = {}

    def texts(self) -> Iterator[str]:
        """Yield the JSON of everything written so far, in pieces, and start again."""
        self._end_piece()
        for piece in self._ready:
            yield _GAP.sub(self._number, piece)
        self._ready.clear()

    def end(self) -> None:
        """Let go of everything but the text; only `texts` may follow.

        Otherwise Python's garbage collector looks through all objects once more, in one go.
        """
        self._end_piece()
        self._places.clear()
        while self._objects:
            del self._objects[-_RELEASED_AT_ONCE:]

    def put(self, text: str) -> None:
        """Write a text that is JSON already."""
        self._pieces.append(text)

    def encode(self, value: Any) -> None:
        """Write the JSON of a value.

        Raises:
            TypeError: the value has a type that no state has.
        """
        kind = type(value)
        plain = _PLAIN.get(kind)
        if plain is not None:
            self._pieces.append(plain(value))
        elif kind in self._collections:
            self._collections[kind](value)
        else:
            self._object(value)

    def _bytes(self, value: bytes) -> None:
        self._pieces.append(f'{{"{BYTES}":"{base64.b64encode(value).decode()}"}}')

    def _list(self, value: Sequence[Any]) -> None:
        self._pieces.append("[")
        self._items(value)
        self._pieces.append("]")

    def _tuple(self, value: tuple[Any, ...]) -> None:
        self._marked(TUPLE, value)

    def _set(self, value: set[Any]) -> None:
        self._marked(SET, sorted(value))

    def _marked(self, mark: str, items: Sequence[Any]) -> None:
        self._pieces.append(f'{{"{mark}":[')
        self._items(items)
        self._pieces.append("]}")

    def _items(self, items: Sequence[Any]) -> None:
        comma = ""
        for item in self._in_slices(items) if len(items) > self._pausing.each else items:
            if comma:
                self._pieces.append(comma)
            self.encode(item)
            comma = ","

    def _mapping(self, value: dict[Any, Any]) -> None:
        items = list(value.items())
        if not all(map(_is_member, value)):
            return self._marked(PAIRS, [list(pair) for pair in items])
        put, plain_writers, comma = self._pieces.append, _PLAIN, "{"
        for name, item in self._in_slices(items) if len(items) > self._pausing.each else items:
            plain = plain_writers.get(type(item))
            if plain is not None:
                put(f"{comma}{quoted(name)}:{plain(item)}")
            else:
                put(f"{comma}{quoted(name)}:")
                self.encode(item)
            comma = ","
        return put("}" if items else "{}")

    def _in_slices(self, items: Sequence[Any]) -> Iterator[Any]:
        """Yield the items of a long collection, with pauses.

        What belongs to one user or one app client is short, so it is written without a pause.
        """
        each = self._pausing.each
        for start in range(0, len(items), each):
            yield from items[start : start + each]
            self._end_piece()
            self._pausing.pause()

    def _end_piece(self) -> None:
        """Make one text of many small ones."""
        self._ready.append("".join(self._pieces))
        self._pieces.clear()

    def _object(self, value: Any) -> None:
        place = self._places.get(id(value))
        if place is not None:
            number = self._numbers.setdefault(place, len(self._numbers) + 1)
            self._pieces.append(f'{{"{REFERENCE}":{number}}}')
            return
        plan = self._plans.get(type(value))
        if plan is None:
            plan = self._plans[type(value)] = _Plan(type(value))
        place = self._places[id(value)] = len(self._objects)
        self._objects.append(value)
        self._pieces.append(f"{plan.head}\0{place}\0")
        if plan.shape.write is None:
            self._fill(plan, value)
        else:
            self._pieces.append(f',"{VALUE}":')
            self.encode(self._pausing.copies.get(id(value)) or plan.shape.write(value))
        self._pieces.append("}")

    def _fill(self, plan: _Plan, value: Any) -> None:
        put, plain_writers = self._pieces.append, _PLAIN
        for start, item in zip(plan.starts, self._values(plan, value), strict=True):
            plain = plain_writers.get(type(item))
            if plain is not None:
                put(start + plain(item))
            else:
                put(start)
                self.encode(item)

    def _values(self, plan: _Plan, value: Any) -> Sequence[Any]:
        """Return what to write for the attributes of an object, in the order of the plan."""
        values: tuple[Any, ...] = plan.get(value)
        replacement = self._replacements.get(plan.shape.cls)
        replaced = replacement(value) if replacement else {}
        copied = self._pausing.copies.get(id(value), {})
        if not replaced and not copied and not plan.shape.members:
            return values
        named = {**dict(zip(plan.names, values, strict=True)), **copied, **replaced}
        for name, member in plan.shape.members.items():
            named[name] = member.write(named[name])
        return list(named.values())

    def _number(self, gap: re.Match[str]) -> str:
        number = self._numbers.get(int(gap[1]))
        return "" if number is None else f',"{NUMBER}":{number}'

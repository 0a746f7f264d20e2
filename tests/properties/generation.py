"""Generates requests from the service model: mostly valid ones, and some that are broken.

Hypothesis chooses operations and seeds, and the seed determines the request. So a failing list of
requests shrinks to the few that matter, and drawing thousands of them stays cheap.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from random import Random
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import strategies as st

from tests.properties.live_values import LiveValue
from tests.properties.sample_values import (
    LIVE_KINDS,
    ODD_TEXTS,
    ODD_VALUES,
    SIGN_IN_KEYS,
    WORDS,
    matching_texts,
)
from tests.support.botocore_model import botocore_model

#: Which of the live values of a kind: mostly the first, which belong together, or the newest.
_NUMBERS = (0, 0, 0, 0, 0, 0, -1, -1, -2, 1, 2, 3, 4)
#: How many places of a request are changed.
_BENT = (0, 0, 0, 0, 0, 0, 1, 1, 2, 3)

_MAPS_OF_SIGN_IN = ("AuthParametersType", "ChallengeResponsesType")


@dataclass(frozen=True)
class Sent:
    """A generated request. Live values in it are placeholders."""

    operation: str
    body: Any


def requests_of(*operations: str) -> st.SearchStrategy[Sent]:
    """Generate requests of any of these operations."""
    seeds = st.integers(0, 2**64 - 1)
    return st.builds(made_request, st.sampled_from(operations), seeds)


def made_request(operation: str, seed: int) -> Sent:
    """Return the request of an operation that a seed determines."""
    maker = _Maker(Random(seed))
    shape = botocore_model().operation_model(operation).input_shape
    sound = maker.value(shape, operation) if shape is not None else {}
    return Sent(operation, maker.bent(sound))


class _Maker:
    """Makes values that a shape allows, with live values for the members that have a kind."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def value(self, shape: Shape, name: str) -> Any:
        """Return a value of a shape, for the member of that name."""
        if isinstance(shape, StructureShape):
            return self._structure(shape)
        if isinstance(shape, ListShape):
            least = int(shape.metadata.get("min", 0))
            size = self._random.choice((least, 1, 1, 2)) or least
            return [self.value(shape.member, name) for _ in range(size)]
        if isinstance(shape, MapShape):
            return self._map(shape)
        if isinstance(shape, StringShape):
            return self._text(shape, name)
        return self._plain(shape)

    def _structure(self, shape: StructureShape) -> dict[str, Any]:
        """Return the required members and a few others; with all, it would be refused."""
        names = list(shape.required_members)
        optional = sorted(set(shape.members) - set(names))
        wanted = self._random.choice((0, 1, 2, 2, 3, 5))
        names += self._random.sample(optional, min(wanted, len(optional)))
        return {name: self.value(shape.members[name], name) for name in names}

    def _map(self, shape: MapShape) -> dict[str, Any]:
        if shape.name not in _MAPS_OF_SIGN_IN:
            count = self._random.choice((0, 1, 2))
            keys = [self.value(shape.key, "Key") for _ in range(count)]
            return {key: self.value(shape.value, "Key") for key in keys}
        keys = ["USERNAME", "PASSWORD"]
        keys += self._random.sample(sorted(SIGN_IN_KEYS), self._random.randint(0, 12))
        return {key: self._live(SIGN_IN_KEYS[key]) for key in keys}

    def _text(self, shape: StringShape, name: str) -> Any:
        if name in LIVE_KINDS and self._random.random() < 0.92:
            return self._live(LIVE_KINDS[name])
        if name in WORDS and self._random.random() < 0.8:
            return self._random.choice(WORDS[name])
        return self._random.choice(shape.enum or matching_texts(shape))

    def _live(self, kind: str) -> LiveValue:
        return LiveValue(kind, self._random.choice(_NUMBERS))

    def _plain(self, shape: Shape) -> Any:
        if shape.type_name == "boolean":
            return self._random.random() < 0.5
        if shape.type_name == "blob":
            return self._random.choice(("", "AAAA", "not base64!"))
        least = int(shape.metadata.get("min", 0))
        most = int(shape.metadata.get("max", least + 100))
        return self._random.choice((least, most, self._random.randint(least, most)))

    def bent(self, request: Any) -> Any:
        """Return a valid request as it is, changed in up to three places, or replaced."""
        if self._random.random() < 0.02:
            return self._odd()
        for _ in range(self._random.choice(_BENT)):
            places = _places(request)
            if places:
                self._bend(*self._random.choice(places))
        return request

    def _bend(self, owner: Any, key: Any) -> None:
        """Replace, remove or add one member of a structure, or one item of a list."""
        way = self._random.choice(("replace", "replace", "remove", "add"))
        if way == "replace":
            owner[key] = self._odd()
        elif way == "remove":
            del owner[key]
        elif isinstance(owner, dict):
            owner[self._random.choice(("Extra", "username", "", "\x00", "ClientId"))] = self._odd()
        else:
            owner.append(self._odd())

    def _odd(self) -> Any:
        """Return an odd value; a copy, because later changes go on inside it."""
        if self._random.random() < 0.5:
            return self._random.choice(ODD_TEXTS)
        return copy.deepcopy(self._random.choice(ODD_VALUES))


def _places(request: Any) -> list[tuple[Any, Any]]:
    """Return every member and item of a request, with the structure or list that contains it."""
    if isinstance(request, dict):
        entries: list[tuple[Any, Any]] = list(request.items())
    elif isinstance(request, list):
        entries = list(enumerate(request))
    else:
        return []
    inner = [place for _, item in entries for place in _places(item)]
    return [(request, key) for key, _ in entries] + inner

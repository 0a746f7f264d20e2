"""Rounds the dates of responses to epoch seconds with milliseconds (A305)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from harness.emulator.api.service_model import ApiShape, service_model

Rounding = Callable[[Any], Any]


@functools.cache
def rounding_of(operation: str) -> Rounding | None:
    """Return a function that rounds the dates in an operation's result.

    The function copies the parts that it rounds and leaves the rest as it is.

    Returns:
        The function, or ``None`` if the result has no dates.
    """
    shape = service_model().operation_model(operation).output_shape
    return None if shape is None else _rounding(shape)


def _rounding(shape: ApiShape) -> Rounding | None:
    """Return a function that rounds the dates in a value; ``None`` if its shape has no dates."""
    if shape.type_name == "structure":
        return _of_members(shape)
    if shape.type_name == "list":
        member = _rounding(shape.member)
        return None if member is None else lambda value: [member(item) for item in value]
    if shape.type_name == "map":
        item = _rounding(shape.value)
        return None if item is None else lambda value: {key: item(value[key]) for key in value}
    return _round if shape.type_name == "timestamp" else None


def _of_members(shape: ApiShape) -> Rounding | None:
    found = [(name, _rounding(member)) for name, member in shape.members.items()]
    dated = [(name, rounding) for name, rounding in found if rounding is not None]

    def rounded(value: dict[str, Any]) -> dict[str, Any]:
        changed = dict(value)
        for name, rounding in dated:
            item = value.get(name)
            if item is not None:
                changed[name] = rounding(item)
        return changed

    return rounded if dated else None


def _round(moment: Any) -> Any:
    return round(moment, 3) if isinstance(moment, float) else moment

"""Dates of answers: the service's only fractions, in epoch seconds with milliseconds (A305)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from harness.emulator.api.validation import service_model

Rounding = Callable[[Any], Any]


def in_milliseconds(operation: str, result: dict[str, Any]) -> dict[str, Any]:
    """The answer of an operation with its dates rounded; the rest is as it was, and not copied."""
    rounded = _rounding_of(operation)
    return result if rounded is None else dict(rounded(result))


@functools.cache
def _rounding_of(operation: str) -> Rounding | None:
    shape = service_model().operation_model(operation).output_shape
    return None if shape is None else _rounding(shape)


def _rounding(shape: Shape) -> Rounding | None:
    """What rounds the dates in a value of a shape; ``None`` where it holds none."""
    if isinstance(shape, StructureShape):
        return _of_members(shape)
    if isinstance(shape, ListShape):
        member = _rounding(shape.member)
        return None if member is None else lambda value: [member(item) for item in value]
    if isinstance(shape, MapShape):
        item = _rounding(shape.value)
        return None if item is None else lambda value: {key: item(value[key]) for key in value}
    return _round if shape.type_name == "timestamp" else None


def _of_members(shape: StructureShape) -> Rounding | None:
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

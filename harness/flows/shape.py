"""The shape of a response: which members it has, and of which type, without any value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

__all__ = ["shape_of"]

# A boolean is also an integer in Python.
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (bytes, "blob"),
    (datetime, "timestamp"),
    (Mapping, "structure"),
    (list, "list"),
)


def shape_of(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the types of all members by path.

    The items of a list have one path: ``UserAttributes[].Name``. If they have several types, these
    are joined, such as ``string or null``.
    """
    found: dict[str, list[str]] = {}
    for path, kind in _members("", answer):
        kinds = found.setdefault(path, [])
        if kind not in kinds:
            kinds.append(kind)
    return {path: " or ".join(kinds) for path, kinds in found.items()}


def _members(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            below = f"{path}.{name}" if path else str(name)
            yield below, _type_of(item)
            yield from _members(below, item)
    elif isinstance(value, list):
        for item in value:
            yield f"{path}[]", _type_of(item)
            yield from _members(f"{path}[]", item)


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    return next((name for kind, name in _TYPES if isinstance(value, kind)), type(value).__name__)

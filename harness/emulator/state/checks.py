"""The error for a state that cannot be used, and the check of a value's type."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from harness.errors import HarnessError


class StateError(HarnessError):
    """A state that cannot be read or written; the text is one line."""


_UNIONS = (typing.Union, types.UnionType)


def fits(value: Any, expected: Any) -> bool:
    """Return whether a value and everything in it has a type; every value fits ``Any``."""
    if expected is Any or type(value) is expected:
        return True
    if expected is None:
        return value is None
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if origin in _UNIONS:
        return any(fits(value, argument) for argument in arguments)
    if origin in (dict, Mapping):
        key, item = arguments
        return isinstance(value, dict) and all(
            fits(name, key) and fits(held, item) for name, held in value.items()
        )
    if origin is tuple:
        return isinstance(value, tuple) and _fits_tuple(value, arguments)
    if origin in (list, set):
        return isinstance(value, origin) and all(fits(item, arguments[0]) for item in value)
    return _fits_class(value, expected)


def _fits_tuple(value: tuple[Any, ...], arguments: tuple[Any, ...]) -> bool:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return all(fits(item, arguments[0]) for item in value)
    return len(value) == len(arguments) and all(map(fits, value, arguments))


def _fits_class(value: Any, expected: type) -> bool:
    if isinstance(value, bool):
        return expected is bool
    return isinstance(value, (int, float) if expected is float else expected)

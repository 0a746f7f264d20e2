"""Validates requests with one function per operation, built from the service model.

The functions only tell valid requests from invalid ones; `validation` finds what is wrong. Both
accept the same requests (a test compares them). The benchmark ``python -m benchmarks.validation``
shows how much time this module saves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from harness.emulator.api.service_model import ApiShape, input_shape, is_document
from harness.emulator.api.validation import (
    BLANK_IS_ABSENT,
    TYPES,
    matcher,
    name_violations,
    pattern_of,
    without_blank_password,
)

#: Returns a value without the members that the model does not know, or raises `Misfit`.
Fit = Callable[[Any], Any]


class Misfit(Exception):
    """A value does not match its shape."""


def validate(operation: str, body: Any) -> dict[str, Any]:
    """Return the members of a request that the model knows.

    Args:
        operation: the name of the operation.
        body: the parsed JSON body.

    Raises:
        Refusal: the request is invalid; the text names every violation (A303).
    """
    fit = _fit(operation)
    if fit is not None:
        try:
            found: dict[str, Any] = fit(body)
            return found
        except Misfit:
            pass
    return name_violations(operation, body)


@functools.cache
def _fit(operation: str) -> Fit | None:
    shape = input_shape(operation)
    if shape is None:
        return None
    fit = fit_of(shape)
    if operation in BLANK_IS_ABSENT:
        return lambda body: fit(without_blank_password(operation, body))
    return fit


def fit_of(shape: ApiShape) -> Fit:
    """Return the function that validates a shape; the model has no recursive shapes."""
    if shape.type_name == "structure":
        return _anything if is_document(shape) else _structure(shape)
    if shape.type_name == "list":
        return _list(shape)
    if shape.type_name == "map":
        return _map(shape)
    if shape.type_name == "string":
        return _string(shape)
    return _text(shape) if TYPES[shape.type_name] == (str,) else _plain(shape)


def _anything(value: Any) -> Any:
    return value


def _structure(shape: ApiShape) -> Fit:
    required = frozenset(shape.required_members)
    members = [(name, name in required, fit_of(member)) for name, member in shape.members.items()]

    def fit(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misfit
        cleaned = {}
        for name, needed, member in members:
            item = value.get(name)
            if item is not None:
                cleaned[name] = member(item)
            elif needed:
                raise Misfit
        return cleaned

    return fit


def _list(shape: ApiShape) -> Fit:
    member, fits = fit_of(shape.member), _length(shape)

    def fit(value: Any) -> list[Any]:
        if not isinstance(value, list) or not fits(value):
            raise Misfit
        return [member(item) for item in value if item is not None]

    return fit


def _map(shape: ApiShape) -> Fit:
    key_of, value_of = fit_of(shape.key), fit_of(shape.value)

    def fit(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Misfit
        return {key_of(key): value_of(item) for key, item in value.items() if item is not None}

    return fit


def _string(shape: ApiShape) -> Fit:
    pattern = pattern_of(shape)
    matches = matcher(pattern).fullmatch if pattern else None
    allowed = frozenset(shape.enum)
    text, fits = _text(shape), _length(shape)

    def fit(value: Any) -> str:
        found: str = text(value)
        if not fits(found) or (allowed and found not in allowed):
            raise Misfit
        if matches is not None and not matches(found):
            raise Misfit
        return found

    return fit


def _text(_shape: ApiShape) -> Fit:
    def fit(value: Any) -> str:
        if not isinstance(value, str):
            raise Misfit
        if not value.isascii():
            _encode(value)
        return value

    return fit


def _encode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON escapes can spell half a surrogate pair
        raise Misfit from None


def _plain(shape: ApiShape) -> Fit:
    types = TYPES[shape.type_name]
    is_boolean = shape.type_name == "boolean"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name == "integer":
        least = -(2**31) if least is None else least
        most = 2**31 - 1 if most is None else most

    def fit(value: Any) -> Any:
        if not isinstance(value, types) or isinstance(value, bool) != is_boolean:
            raise Misfit
        if (least is not None and value < least) or (most is not None and value > most):
            raise Misfit
        return value

    return fit


def _length(shape: ApiShape) -> Callable[[str | list[Any]], bool]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", float("inf"))
    return lambda value: least <= len(value) <= most

"""The types of the fields of a specification, which markers and conftests write by hand.

Python would take any value: ``"preferred"`` counts as true, and ``("EMAIL_OTP")`` without a comma
is a text, whose letters would be taken for factors.
"""

from __future__ import annotations

import types
from dataclasses import fields
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from harness.errors import ConfigurationError

__all__ = ["require_field_types"]

_IN_WORDS = {
    bool: "True or False",
    int: "a whole number",
    str: "a text",
    tuple: "a tuple",
    type(None): "None",
}


def require_field_types(specification: object) -> None:
    """Refuse a value of another type than its field has.

    Fields whose values are listed one by one are left to the check of the list.

    Args:
        specification: an instance of a dataclass.

    Raises:
        ConfigurationError: names the first such field.
    """
    kind: Any = type(specification)
    for name, allowed in _types_of_fields(kind).items():
        given = getattr(specification, name)
        if not isinstance(given, allowed):
            words = " or ".join(_IN_WORDS.get(one, f"a {one.__name__}") for one in allowed)
            written = _as_tuple(given) if tuple in allowed else ""
            raise ConfigurationError(name, given=given, hint=f"it must be {words}{written}")


def _as_tuple(given: object) -> str:
    """Return how a text or a list is written as a tuple."""
    if isinstance(given, str):
        return f", such as {(given,)}"
    return f", such as {tuple(given)}" if isinstance(given, list) else ""


@cache
def _types_of_fields(specification: type) -> dict[str, tuple[type, ...]]:
    hints = get_type_hints(specification)
    found = {field.name: _types(hints[field.name]) for field in fields(specification)}
    return {name: allowed for name, allowed in found.items() if allowed}


def _types(hint: Any) -> tuple[type, ...]:
    is_union = get_origin(hint) in (Union, types.UnionType)
    options = get_args(hint) if is_union else (hint,)
    return tuple(
        get_origin(option) or option for option in options if get_origin(option) is not Literal
    )

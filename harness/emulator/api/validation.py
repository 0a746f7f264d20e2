"""Finds what is wrong with a request by the service model, in Cognito's words (A303, A304).

The checks run before any look-up and report all violations at once. Members that the model does
not know are ignored, and a JSON null counts as absent (D086).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.api.service_model import ApiShape, input_shape, is_document

if TYPE_CHECKING:
    import regex

#: The Python types of each scalar type of the model.
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "timestamp": (int, float),
}

#: The enums whose order in the service's text is known (A197, H013); others use the model's.
_MEASURED_ENUM_ORDER = {
    "UserPoolMfaType": ["OPTIONAL", "OFF", "ON"],
    "OAuthFlowType": ["implicit", "client_credentials", "code"],
}


#: The shapes whose pattern in the model is not what the service checks here. That of domains has no
#: dot, but custom domains have; what is wrong with a prefix has a text of its own (H002).
_UNCHECKED_PATTERN = frozenset({"DomainType"})

#: The members whose empty text counts as absent: who has no password sends either (N054). The
#: pattern of the model, which a text without characters does not match, says otherwise.
BLANK_IS_ABSENT = {"SignUp": "Password", "AdminCreateUser": "TemporaryPassword"}


def without_blank_password(operation: str, body: Any) -> Any:
    """Return the body of a request without an empty password that counts as absent (N054)."""
    member = BLANK_IS_ABSENT.get(operation)
    if member is None or not isinstance(body, dict) or body.get(member) != "":
        return body
    return {name: value for name, value in body.items() if name != member}


def name_violations(operation: str, body: Any) -> dict[str, Any]:
    """Return the members of a valid request, or name every violation of an invalid one.

    The slow and thorough half of `fast_validation.validate`, which accepts the same requests.

    Raises:
        Refusal: the request is invalid; the text names every violation.
    """
    if not isinstance(body, dict):
        raise refusals.serialization()
    shape = input_shape(operation)
    if shape is None:
        return {}
    errors: list[str] = []
    cleaned = _structure(shape, without_blank_password(operation, body), "", errors)
    if errors:
        raise refusals.validation_errors(errors)
    return cleaned


def pattern_of(shape: ApiShape) -> str | None:
    """Return the pattern that a text must match, if the model has one for its shape."""
    pattern: str | None = shape.metadata.get("pattern")
    return None if shape.name in _UNCHECKED_PATTERN else pattern


@functools.cache
def matcher(pattern: str) -> regex.Pattern[str]:
    r"""Compile a pattern of the model as Java does, where ``\w`` and ``\s`` are ASCII only."""
    import regex  # with the first pattern, since a start of the emulator needs none

    java = (
        pattern.replace(r"[\S]", "[^ \\t\\n\\x0B\\f\\r]")
        .replace(r"\w", "a-zA-Z0-9_")
        .replace(r"\s", " \\t\\n\\x0B\\f\\r")
    )
    return regex.compile(java)


def _value(shape: ApiShape, value: Any, path: str, errors: list[str]) -> Any:
    if shape.type_name == "structure":
        return value if is_document(shape) else _structure(shape, value, path, errors)
    if shape.type_name == "list":
        return _list(shape, value, path, errors)
    if shape.type_name == "map":
        return _map(shape, value, path, errors)
    return _scalar(shape, value, path, errors)


def _structure(shape: ApiShape, value: Any, path: str, errors: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refusals.serialization()
    for name in shape.required_members:
        if value.get(name) is None:
            errors.append(_violation(_join(path, name), "Member must not be null", None))
    return {
        name: _value(member, value[name], _join(path, name), errors)
        for name, member in shape.members.items()
        if value.get(name) is not None
    }


def _list(shape: ApiShape, value: Any, path: str, errors: list[str]) -> list[Any]:
    if not isinstance(value, list):
        raise refusals.serialization()
    errors.extend(_length_violations(shape, value, path))
    return [
        _value(shape.member, item, f"{path}.{number}.member", errors)
        for number, item in enumerate(value, 1)
        if item is not None
    ]


def _map(shape: ApiShape, value: Any, path: str, errors: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refusals.serialization()
    cleaned = {}
    for key, item in value.items():
        if item is not None:
            _scalar(shape.key, key, f"{path}.key", errors)
            cleaned[key] = _value(shape.value, item, f"{path}.{key}.member", errors)
    return cleaned


def _scalar(shape: ApiShape, value: Any, path: str, errors: list[str]) -> Any:
    expected = TYPES[shape.type_name]
    if not isinstance(value, expected) or (
        isinstance(value, bool) and shape.type_name != "boolean"
    ):
        raise refusals.serialization()
    if not _is_representable(shape, value):
        raise refusals.serialization()
    if shape.type_name == "string" and isinstance(value, str):
        errors.extend(_string_violations(shape, value, path))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        errors.extend(_range_violations(shape, value, path))
    return value


def _is_representable(shape: ApiShape, value: Any) -> bool:
    """Return whether a string fits in UTF-8 and an integer in 32 bits; JSON can hold more."""
    if not isinstance(value, str):
        return bool(shape.type_name != "integer") or -(2**31) <= value < 2**31
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON escapes can spell half a surrogate pair
        return False
    return True


def _string_violations(shape: ApiShape, value: str, path: str) -> Iterator[str]:
    shown = _shown(shape, value)
    pattern = pattern_of(shape)
    if pattern and not matcher(pattern).fullmatch(value):
        yield _violation(path, f"Member must satisfy regular expression pattern: {pattern}", shown)
    yield from _length_violations(shape, value, path)
    if shape.enum and value not in shape.enum:
        allowed = _MEASURED_ENUM_ORDER.get(shape.name, shape.enum)
        yield _violation(path, f"Member must satisfy enum value set: [{', '.join(allowed)}]", shown)


def _length_violations(shape: ApiShape, value: Any, path: str) -> Iterator[str]:
    shown = _shown(shape, value)
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        text = f"Member must have length greater than or equal to {least}"
        yield _violation(path, text, shown)
    if most is not None and len(value) > most:
        yield _violation(path, f"Member must have length less than or equal to {most}", shown)


def _range_violations(shape: ApiShape, value: float, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        text = f"Member must have value greater than or equal to {least}"
        yield _violation(path, text, f"'{value}'")
    if most is not None and value > most:
        yield _violation(path, f"Member must have value less than or equal to {most}", f"'{value}'")


def _shown(shape: ApiShape, value: Any) -> str:
    """Return the value as the error text shows it: empty if the model marks it as sensitive."""
    return "" if shape.metadata.get("sensitive") else f"'{value}'"


def _violation(path: str, constraint: str, shown: str | None) -> str:
    value = " null" if shown is None else f" {shown}" if shown else ""
    return f"Value{value} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered

"""The intrinsic functions whose result follows from their arguments alone.

Each takes its evaluated arguments. It returns ``None`` if one that it needs is unknown, and raises
:class:`FunctionRefused` for what CloudFormation refuses too.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.pools.configuration.pool_configuration import Unknown, walk

__all__ = [
    "LONGEST",
    "PLAIN_FUNCTIONS",
    "FunctionRefused",
    "as_text",
    "first_unknown",
    "selected",
    "too_long",
]

#: No setting is as long; functions inside functions could make texts that no memory holds.
LONGEST = 1_000_000


class FunctionRefused(Exception):
    """CloudFormation refuses the arguments of a function.

    Args:
        hint: what the function needs.
        given: the part that is refused, if it is not the whole argument.
        allowed: what could be there instead, if it can be listed.
    """

    def __init__(
        self, hint: str | None = None, given: Any = None, allowed: tuple[str, ...] | None = None
    ) -> None:
        super().__init__(hint)
        self.hint = hint
        self.given = given
        self.allowed = allowed


def too_long(function: str) -> FunctionRefused:
    """Return the refusal of a function whose text would be longer than any setting."""
    return FunctionRefused(f"its text is longer than {LONGEST:,} characters", given=function)


def as_text(value: Any) -> str:
    """Return a scalar as CloudFormation writes it into a text: ``true`` for YAML's ON.

    Raises:
        FunctionRefused: it is a list or an object.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise FunctionRefused("it must be a text", given=value)


def first_unknown(value: Any) -> Unknown | None:
    """Return the first unknown value in a value; ``None`` if everything in it is known."""
    nested = (item for _, item in walk(value, "value"))
    return next((item for item in nested if isinstance(item, Unknown)), None)


def selected(index: Any, items: Any) -> Any:
    """Return what Fn::Select returns; the index can be a text.

    Raises:
        FunctionRefused: there is no such item; in a stack, that is an error.
    """
    if isinstance(index, Unknown) or isinstance(items, Unknown):
        return None
    if not isinstance(items, list):
        raise FunctionRefused("it selects from a list", given=items)
    text = as_text(index)
    if not (text.isascii() and text.isdecimal()):
        raise FunctionRefused("its index must be a whole number from 0", given=index)
    # Python reads no text of thousands of digits.
    if len(text.lstrip("0")) > len(str(len(items))) or int(text) >= len(items):
        count = f"{len(items)} item{'' if len(items) == 1 else 's'}"
        raise FunctionRefused(f"its list has {count}, counted from 0", given=index)
    return items[int(text)]


def _joined(argument: Any) -> Any:
    delimiter, texts = _pair(argument, "a delimiter and a list")
    if isinstance(texts, Unknown) or first_unknown([delimiter, texts]) is not None:
        return None
    if not isinstance(texts, list):
        raise FunctionRefused("it joins a list", given=texts)
    between, joined = as_text(delimiter), [as_text(text) for text in texts]
    if len(between) * len(joined) + sum(map(len, joined)) > LONGEST:
        raise too_long("Fn::Join")
    return between.join(joined)


def _split(argument: Any) -> Any:
    delimiter, text = _pair(argument, "a delimiter and a text")
    if isinstance(delimiter, Unknown) or isinstance(text, Unknown):
        return None
    if delimiter == "":
        raise FunctionRefused("its delimiter must not be empty")
    return as_text(text).split(as_text(delimiter))


def _length(argument: Any) -> Any:
    # An unknown item can be one that Fn::If leaves out.
    if isinstance(argument, Unknown) or (
        isinstance(argument, list) and any(isinstance(item, Unknown) for item in argument)
    ):
        return None
    if not isinstance(argument, list):
        raise FunctionRefused("it counts the items of a list", given=argument)
    return len(argument)


def _to_json_string(argument: Any) -> Any:
    if isinstance(argument, Unknown) or first_unknown(argument) is not None:
        return None
    if not isinstance(argument, (list, Mapping)):
        raise FunctionRefused("it takes an object or a list", given=argument)
    return json.dumps(argument, separators=(",", ":"), ensure_ascii=False)


def _base64(argument: Any) -> Any:
    if isinstance(argument, Unknown):
        return None
    return base64.b64encode(as_text(argument).encode()).decode()


def _equals(argument: Any) -> Any:
    first, second = _pair(argument, "two values")
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return None
    # Both become texts, also what YAML has read as a boolean:
    # https://jeremyrichardson.dev/blog/true-and-false-for-cloudformation-parameters
    return as_text(first) == as_text(second)


def _and(argument: Any) -> Any:
    found = _truth_values(argument)
    if False in found:
        return False
    return None if None in found else True


def _or(argument: Any) -> Any:
    found = _truth_values(argument)
    if True in found:
        return True
    return None if None in found else False


def _not(argument: Any) -> Any:
    found = _truth_values(argument)
    if len(found) != 1:
        raise FunctionRefused("it takes a list of one condition")
    return None if found[0] is None else not found[0]


def _truth_values(argument: Any) -> list[bool | None]:
    if not isinstance(argument, list):
        raise FunctionRefused("it takes a list of conditions")
    for item in argument:
        if not isinstance(item, (bool, Unknown)):
            raise FunctionRefused("it takes conditions", given=item)
    return [None if isinstance(item, Unknown) else item for item in argument]


def _pair(argument: Any, wanted: str) -> tuple[Any, Any]:
    if not isinstance(argument, list) or len(argument) != 2:
        raise FunctionRefused(f"it takes a list of {wanted}")
    return argument[0], argument[1]


PLAIN_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "Fn::And": _and,
    "Fn::Base64": _base64,
    "Fn::Equals": _equals,
    "Fn::Join": _joined,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _or,
    "Fn::Split": _split,
    "Fn::ToJsonString": _to_json_string,
}

"""The types of a record's members: a file that somebody has changed is refused, not believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["check_types"]

#: Beyond these, dates and sums cannot be computed.
_LARGEST = 1e15
_Rule = Callable[[str, Any], None]


def check_types(kind: str, members: Mapping[str, Any]) -> None:
    """Check the members of one line of a record, as far as they are there.

    Args:
        kind: ``run``, ``scenario`` or ``end``.
        members: the line.

    Raises:
        ValueError: a member has another type; the text is one line that names it.
    """
    _LINES[kind]("", members)


def _refuse(where: str, value: Any, wanted: str) -> ValueError:
    return ValueError(f"{where or 'the line'} is {str(value)[:40]!r}, not {wanted}")


def _text(where: str, value: Any) -> None:
    if not isinstance(value, str):
        raise _refuse(where, value, "a text")


def _number(where: str, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A number that is none is not between any two.
    if not is_number or not -_LARGEST <= value <= _LARGEST:
        raise _refuse(where, value, "a number")


def _whole(where: str, value: Any) -> None:
    _number(where, value)
    if not isinstance(value, int):
        raise _refuse(where, value, "a whole number")


def _object(where: str, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise _refuse(where, value, "an object")


def _maybe(rule: _Rule) -> _Rule:
    def check(where: str, value: Any) -> None:
        if value is not None:
            rule(where, value)

    return check


def _list_of(rule: _Rule) -> _Rule:
    def check(where: str, value: Any) -> None:
        if not isinstance(value, list | tuple):
            raise _refuse(where, value, "a list")
        for place, item in enumerate(value):
            rule(f"{where}[{place}]", item)

    return check


def _each(rule: _Rule) -> _Rule:
    """Return the rule for an object whose members have any names and all the same type."""

    def check(where: str, value: Any) -> None:
        _object(where, value)
        for name, item in value.items():
            rule(f"{where}.{name}".lstrip("."), item)

    return check


def _members(rules: Mapping[str, _Rule], *needed: str) -> _Rule:
    def check(where: str, value: Any) -> None:
        _object(where, value)
        for name in needed:
            if name not in value:
                raise ValueError(f"{where or 'the line'} has no member {name!r}")
        for name in rules.keys() & value.keys():
            rules[name](f"{where}.{name}".lstrip("."), value[name])

    return check


_CALL = _members(
    {
        "operation": _text,
        "started_at": _number,
        "latency_seconds": _number,
        "request_id": _text,
        "outcome": _text,
        "message": _text,
        "parameters": _object,
        "answer": _object,
        "retries": _whole,
        "retried": _list_of(_text),
        "shape": _each(_text),
    },
    *("operation", "outcome", "message", "shape"),
)
_CHECK = _members(
    dict.fromkeys(("statement", "verdict", "facts", "expected", "answered"), _text), "statement"
)
_FAILURE = _members(
    {"first_line": _text, "lines": _list_of(_text), "cause": _text, "repeat": _text}
)
_FINDING = _members(
    {
        **dict.fromkeys(("id", "title", "outcome", "severity", "part", "setting"), _text),
        **dict.fromkeys(("message", "reason", "fix"), _text),
        "elsewhere": _list_of(_text),
        "file": _maybe(_text),
        "line": _maybe(_whole),
    }
)
_LINES: Mapping[str, _Rule] = {
    "run": _members(
        {
            "run_id": _text,
            "target": _text,
            "service": _text,
            "seed": _whole,
            "started_at": _number,
            "settings": _each(_each(_text)),
            "versions": _each(_text),
        }
    ),
    "scenario": _members(
        {
            "id": _text,
            "area": _text,
            "sentence": _text,
            "variant": _each(_text),
            "outcome": _text,
            "verdict": _maybe(_text),
            "checks": _list_of(_CHECK),
            "started_at": _number,
            "duration_seconds": _number,
            "calls": _list_of(_CALL),
            "pool": _object,
            "failure": _maybe(_FAILURE),
            "reason": _text,
            "worker": _text,
        }
    ),
    "end": _members(
        {
            "exit_code": _whole,
            "ended_at": _number,
            "latencies": _object,
            "findings": _list_of(_FINDING),
            "notes": _list_of(_text),
        }
    ),
}

"""Whether a value fits its attribute: formats, data types, lengths and ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping

from . import refusals

#: One address without spaces; the domain needs no dot.
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
#: ``+`` and digits only (A029), at most the fifteen of E.164.
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")
_INTEGER = re.compile(r"-?[0-9]+")


def is_email(text: str) -> bool:
    """Whether Cognito takes the text for an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def is_phone_number(text: str) -> bool:
    """Whether the text is a phone number with its country code."""
    return bool(_PHONE_NUMBER.fullmatch(text))


def check_value(name: str, data_type: str, constraints: Mapping[str, str], value: str) -> None:
    """Refuse a value that does not fit; the texts about types and limits are not published.

    The verified flags are not held to ``true`` and ``false``.
    """
    if name == "email" and not is_email(value):
        raise refusals.invalid_parameter("Invalid email address format.")
    if name == "phone_number" and not is_phone_number(value):
        raise refusals.invalid_parameter("Invalid phone number format.")
    if data_type == "String":
        _check_length(name, constraints, value)
    elif data_type == "Number":
        _check_number(name, constraints, value)


def _check_length(name: str, constraints: Mapping[str, str], value: str) -> None:
    shortest = int(constraints.get("MinLength", 0))
    longest = int(constraints.get("MaxLength", 2048))
    if not shortest <= len(value) <= longest:
        raise refusals.attribute_value(
            name, f"The attribute must have {shortest} to {longest} characters"
        )


def _check_number(name: str, constraints: Mapping[str, str], value: str) -> None:
    if not _INTEGER.fullmatch(value):
        raise refusals.attribute_value(name, "The attribute must be a number")
    number = int(value)
    smallest = int(constraints.get("MinValue", number))
    largest = int(constraints.get("MaxValue", number))
    if not smallest <= number <= largest:
        raise refusals.attribute_value(name, "The attribute is out of range")

"""Checks the value of an attribute: format, data type, length and range."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.emulator import refusals
from harness.emulator.domain.contacts import is_email, is_phone_number

_INTEGER = re.compile(r"-?[0-9]+")
#: The most bytes of one attribute, even if its schema allows more (A292; the text is our own).
MOST_BYTES = 2_048


def check_format(name: str, value: str) -> None:
    """Refuse a malformed email address or phone number (A029)."""
    if name == "email" and not is_email(value):
        raise refusals.invalid_parameter("Invalid email address format.")
    if name == "phone_number" and not is_phone_number(value):
        raise refusals.invalid_parameter("Invalid phone number format.")


def misfit(data_type: str, constraints: Mapping[str, str], value: str) -> str | None:
    """Return why a value does not fit its data type and constraints, or ``None`` if it fits.

    Only the text about the maximum length is Cognito's. Booleans and dates are not checked,
    because it is not published what Cognito accepts for them.
    """
    if len(value.encode()) > MOST_BYTES:
        return f"Value must be no longer than {MOST_BYTES} bytes"
    if data_type == "String":
        return _length_misfit(constraints, value)
    if data_type == "Number":
        return _number_misfit(constraints, value)
    return None


def _length_misfit(constraints: Mapping[str, str], value: str) -> str | None:
    longest = int(constraints.get("MaxLength", 2048))
    shortest = int(constraints.get("MinLength", 0))
    if len(value) > longest:
        return f"String must be no longer than {longest} characters"
    if len(value) < shortest:
        return f"String must be no shorter than {shortest} characters"
    return None


def _number_misfit(constraints: Mapping[str, str], value: str) -> str | None:
    if not _INTEGER.fullmatch(value):
        return "Value must be a number"
    number = int(value)
    if number < int(constraints.get("MinValue", number)):
        return f"Value must be no less than {constraints['MinValue']}"
    if number > int(constraints.get("MaxValue", number)):
        return f"Value must be no greater than {constraints['MaxValue']}"
    return None

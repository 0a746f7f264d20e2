"""Values shared by the emulator's tests: passwords, times, users, and expected refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from harness.emulator.refusals import Refusal

#: Two passwords that every policy used here accepts.
PASSWORD = "Correct-Horse-7"
OTHER_PASSWORD = "Battery-Staple-8"

#: The start time of the clock: 2027-01-15 08:00:00 UTC.
START = 1_800_000_000.0

HOUR = 3_600
DAY = 86_400

WRONG_CODE = "Invalid verification code provided, please try again."
LATE_CODE = "Invalid code provided, please request a code again."
TOO_MANY = "Attempt limit exceeded, please try after some time."


@dataclass
class Person:
    """A user of the tests, with sign-in data and the pool's identifiers."""

    user_pool_id: str
    client_id: str
    username: str
    sub: str
    password: str
    email: str


def pairs(**attributes: str) -> list[dict[str, str]]:
    """Return attributes as the API takes them; two underscores stand for a colon."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in attributes.items()]


def as_dict(attributes: list[Mapping[str, str]]) -> dict[str, str]:
    """Return attributes from the API by name."""
    return {attribute["Name"]: attribute["Value"] for attribute in attributes}


@contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """Expect a refusal with this code and, if given, exactly this message."""
    with pytest.raises(Refusal) as caught:
        yield
    assert (caught.value.code, caught.value.status) == (code, 400)
    if message is not None:
        assert caught.value.message == message

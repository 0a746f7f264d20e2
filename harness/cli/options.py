"""Options that several commands share; the rules for their values are those of a run's settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import typer

from harness.cli.help import Panel
from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = [
    "ENDPOINT_VARIABLES",
    "EndpointUrl",
    "Panel",
    "file_of",
    "parse_duration",
    "parse_number",
    "usable",
]

Value = TypeVar("Value")

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.IGNORECASE | re.ASCII)

#: The harness's own variable, and the one that AWS's own tools read.
ENDPOINT_VARIABLES = [
    "COGNITO_HARNESS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
]


def usable(setting: str, rule: Callable[[str], Value], text: str) -> Value:
    """Convert ``text`` with ``rule`` and return the value.

    Args:
        setting: the name of the option, for the error message.
        rule: one of the functions in :mod:`harness.settings.values`.
        text: what the user gave.

    Raises:
        ConfigurationError: the rule does not accept the text.
    """
    try:
        return rule(text)
    except rules.Unusable as error:
        shown = text if error.shown is None else error.shown
        raise ConfigurationError(
            setting, given=shown, allowed=error.allowed, hint=error.hint
        ) from None


@contextmanager
def file_of(option: str) -> Iterator[None]:
    """Name an option in the errors about the file or folder that it gives."""
    try:
        yield
    except ConfigurationError as error:
        if error.setting in ("file", "folder"):
            error.setting = option
        raise


def parse_number(
    option: str, text: str, lowest: int | None = None, highest: int | None = None
) -> int:
    """Return the whole number in ``text``.

    Args:
        option: the name of the option, for the error message.
        text: what the user gave.
        lowest: the smallest number that is allowed, if there is one.
        highest: the largest number that is allowed; it needs ``lowest``.

    Raises:
        ConfigurationError: the text is not a whole number, or the number is out of range.
    """
    number = int(text) if re.fullmatch(r"\s*-?[0-9]+\s*", text) else None
    too_low = number is not None and lowest is not None and number < lowest
    too_high = number is not None and highest is not None and number > highest
    if number is None or too_low or too_high:
        upper = "up" if highest is None else f"to {highest}"
        bounds = "" if lowest is None else f" from {lowest} {upper}"
        raise ConfigurationError(option, given=text, hint=f"it must be a whole number{bounds}")
    return number


def parse_duration(text: str, option: str = "duration") -> float:
    """Return the number of seconds in a duration such as ``30s``, ``5m``, ``24h`` or ``30d``.

    Args:
        text: what the user gave; a number without a unit is in seconds.
        option: the name of the option, for the error message.

    Raises:
        ConfigurationError: the text is not a duration.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            option, given=text, hint="it must look like 30s, 5m, 24h, 30d or 90 (seconds)"
        )
    number, unit = match.groups()
    return float(number) * _SECONDS[unit.lower()]


def _endpoint_url(text: str) -> str:
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", rules.endpoint_url, text)


EndpointUrl = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=_endpoint_url,
        help="The URL of the served emulator.",
    ),
]

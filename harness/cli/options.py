"""Options that several commands share; the rules for their values are those of a run's settings."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from harness.cli.help import Panel
from harness.clock import DURATIONS, seconds_in
from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = [
    "ENDPOINT_VARIABLES",
    "EndpointUrl",
    "Panel",
    "assignment",
    "endpoint_of",
    "file_of",
    "one_given",
    "one_of",
    "output_file",
    "parse_decimal",
    "parse_duration",
    "parse_number",
    "usable",
]

Value = TypeVar("Value")

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


def assignment(variable: str, value: str) -> str:
    """Return the line that sets an environment variable in the shell of this system."""
    if sys.platform == "win32":
        return f"$env:{variable} = '{value}'"
    return f"export {variable}={value}"


def one_given(first: tuple[str, str | None], second: tuple[str, str | None]) -> str:
    """Return the value of an argument or of the option that is the same.

    Args:
        first: the name of the argument, and what the user gave.
        second: the name of the option, and what the user gave.

    Raises:
        ConfigurationError: neither is given, or both are.
    """
    (argument, of_argument), (option, of_option) = first, second
    if of_argument is not None and of_option is not None:
        hint = f"{argument} is given too; use one of them"
        raise ConfigurationError(option, given=of_option, hint=hint)
    value = of_argument if of_option is None else of_option
    if value is None:
        raise ConfigurationError(argument, hint=f"give it, or {option}")
    return value


def output_file(option: str, text: str | Path) -> Path:
    """Return the path of a file to write, which is checked before anything is done.

    Args:
        option: the name of the option, for the error message.
        text: what the user gave.

    Raises:
        ConfigurationError: the file cannot be written, it is a folder, or it has no folder.
    """
    return Path(usable(option, rules.latencies, str(text)))


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


def parse_duration(
    text: str, option: str = "duration", *, shortest: str = "0s", longest: str | None = None
) -> float:
    """Return the number of seconds in a duration such as ``30s``, ``5m``, ``24h`` or ``1h30m``.

    Args:
        text: what the user gave; a number without a unit is in seconds.
        option: the name of the option, for the error message.
        shortest: the shortest duration that is allowed.
        longest: the longest duration that is allowed, if there is one.

    Raises:
        ConfigurationError: the text is not a duration, or it is too short or too long.
    """
    seconds = seconds_in(text)
    if seconds is None:
        hint = f"it must look like {DURATIONS}; a plain number is seconds"
        raise ConfigurationError(option, given=text, hint=hint)
    if seconds < (seconds_in(shortest) or 0):
        raise ConfigurationError(option, given=text, hint=f"it must be at least {shortest}")
    if longest is not None and seconds > (seconds_in(longest) or 0):
        raise ConfigurationError(option, given=text, hint=f"it must be at most {longest}")
    return seconds


def parse_decimal(
    option: str, text: str, what: str = "a number", *, most: float = 1e9, zero: bool = False
) -> float:
    """Return the decimal number in ``text``, which is above 0.

    Args:
        option: the name of the option, for the error message.
        text: what the user gave; only ASCII digits, without an exponent.
        what: what the number means, for the error message.
        most: the largest number that is allowed.
        zero: whether 0 is allowed too.

    Raises:
        ConfigurationError: the text is not a decimal number, or the number is out of range.
    """
    number = float(text) if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", text) else -1.0
    if not (number >= 0 if zero else number > 0) or number > most:
        lowest = "from 0" if zero else "above 0"
        upper = f" to {most:g}" if most < 1e9 and zero else f" and at most {most:g}"
        hint = f"it must be {what} {lowest}{'' if most >= 1e9 else upper}"
        raise ConfigurationError(option, given=text, hint=hint)
    return number


def one_of(option: str, text: str, allowed: Iterable[str]) -> str:
    """Return ``text`` if it is one of the allowed words.

    Raises:
        ConfigurationError: it is none of them; the message names the nearest one.
    """
    words = tuple(allowed)
    if text not in words:
        raise ConfigurationError(option, given=text, allowed=words)
    return text


def endpoint_of(text: str) -> str:
    """Return the URL of ``--endpoint-url``.

    Raises:
        ConfigurationError: it is not one.
    """
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", rules.endpoint_url, text)


EndpointUrl = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=endpoint_of,
        help="The URL of the served emulator.",
        rich_help_panel=Panel.SERVICE,
    ),
]

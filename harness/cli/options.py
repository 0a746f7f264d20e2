"""Options that several commands have, checked by the same rules as the settings of a run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = ["ENDPOINT_VARIABLES", "EndpointUrl", "parse_duration", "usable"]

Value = TypeVar("Value")

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.IGNORECASE | re.ASCII)

#: The harness' own setting, and the variable by which AWS' own tools are pointed at an endpoint.
ENDPOINT_VARIABLES = [
    "COGNITO_HARNESS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
]


def usable(setting: str, rule: Callable[[str], Value], text: str) -> Value:
    """Return what ``rule`` makes of ``text``.

    Raises:
        ConfigurationError: it cannot be used; ``setting`` is what the message calls it.
    """
    try:
        return rule(text)
    except rules.Unusable as error:
        shown = text if error.shown is None else error.shown
        raise ConfigurationError(
            setting, given=shown, allowed=error.allowed, hint=error.hint
        ) from None


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` means.

    Raises:
        ConfigurationError: it is no length of time.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            "length of time", given=text, hint="allowed: 30s, 5m, 24h, 30d or plain seconds"
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
        help="Where the emulator is served.",
    ),
]

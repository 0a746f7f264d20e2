"""Options that several commands have, checked by the same rules as the settings of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = ["ENDPOINT_VARIABLES", "EndpointUrl", "usable"]

Value = TypeVar("Value")

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

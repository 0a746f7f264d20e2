"""``serve --trigger``: the local handlers of the functions that LambdaConfig names."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.triggers import LambdaFunctions

__all__ = [
    "TriggerOption",
    "TriggerTimeoutOption",
    "UnmappedTriggersOption",
    "given_triggers",
    "trigger_lines",
]

#: What may become of a function that has no handler; `LambdaFunctions` says the same.
_UNMAPPED = ("skip", "refuse")
#: The longest time that Lambda itself gives a function.
_MOST_SECONDS = 900


def _unmapped(text: str) -> str:
    if text not in _UNMAPPED:
        raise ConfigurationError("--unmapped-triggers", given=text, allowed=_UNMAPPED)
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _MOST_SECONDS:
        hint = f"it must be a number of seconds up to {_MOST_SECONDS}"
        raise ConfigurationError("--trigger-timeout", given=text, hint=hint)
    return seconds


TriggerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--trigger",
        metavar="FUNCTION=HANDLER",
        rich_help_panel=Panel.TRIGGERS,
        help="The handler of a Lambda function, which is given by ARN or name: module:function, "
        "path/to/index.mjs:handler, or the URL of an endpoint such as that of sam local "
        "start-lambda. Can be repeated.",
        show_default="functions are not called",
    ),
]
UnmappedTriggersOption = Annotated[
    str,
    typer.Option(
        "--unmapped-triggers",
        metavar="skip|refuse",
        rich_help_panel=Panel.TRIGGERS,
        parser=_unmapped,
        help="What becomes of a function of LambdaConfig that has no handler: it is passed over, "
        "which is said once, or the call gets the error of a function that Cognito may not invoke.",
    ),
]
TriggerTimeoutOption = Annotated[
    float,
    typer.Option(
        "--trigger-timeout",
        metavar="SECONDS",
        rich_help_panel=Panel.TRIGGERS,
        parser=_seconds,
        help="How long an endpoint or a Node module has for each of three tries.",
    ),
]


def given_triggers(
    texts: list[str] | None, unmapped: str, timeout: float
) -> LambdaFunctions | None:
    """Return the handlers of the options; ``None`` if they say nothing.

    Raises:
        ConfigurationError: a handler cannot be used.
    """
    from harness.emulator.triggers import LambdaFunctions

    # Other programs wait for the first line of the server, so a module must not print before it.
    with redirect_stdout(sys.stderr):
        functions = LambdaFunctions.from_texts(
            texts or (), "--trigger", unmapped=unmapped, timeout=timeout
        )
    functions.prepare()
    return functions if functions or functions.refuses_unmapped else None


def trigger_lines(functions: LambdaFunctions | None) -> Iterator[str]:
    """Yield the lines to print about the handlers."""
    if functions is None:
        return
    for name, target in functions.targets.items():
        yield f"trigger: {name} is {target}"
    if functions.refuses_unmapped:
        yield "trigger: functions without a handler are refused"

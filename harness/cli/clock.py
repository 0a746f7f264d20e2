"""``cognito-harness clock``: shows the clock of a served emulator or moves it forward."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, parse_duration
from harness.clock import LAST_MOMENT
from harness.errors import ConfigurationError

__all__ = ["clock"]


def _advance(text: str) -> float:
    return parse_duration(text, "--advance")


def clock(
    endpoint_url: EndpointUrl,
    advance: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=_advance,
            help="How far to move the clock forward: 30s, 5m, 24h, 30d or plain seconds.",
        ),
    ] = None,
) -> None:
    """Show the clock of a served emulator, or move it forward.

    Prints the time that the clock shows afterwards. Codes, sessions, tokens and TOTP time steps
    expire by this clock.
    """
    from harness.targets.control import ControlSurface, ServedClock

    served = ServedClock(ControlSurface(endpoint_url))
    if advance is not None:
        _require_date(served.time() + advance, advance)
        served.advance(advance)
    print(served.now().isoformat())


def _require_date(moment: float, advance: float) -> None:
    if moment > LAST_MOMENT:
        raise ConfigurationError(
            "--advance", given=f"{advance:g} s", hint="the clock cannot go beyond the year 9999"
        )

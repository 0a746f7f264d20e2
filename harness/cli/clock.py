"""``cognito-harness clock``: shows or moves the clock of a served emulator."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, parse_duration
from harness.clock import LAST_MOMENT
from harness.errors import ConfigurationError

__all__ = ["clock"]


def clock(
    endpoint_url: EndpointUrl,
    advance: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=parse_duration,
            help="Move the clock forward: 30s, 5m, 24h, 30d or plain seconds.",
        ),
    ] = None,
) -> None:
    """Show the clock of a served emulator, or move it forward; prints the time it then shows.

    Codes, sessions, tokens and TOTP steps expire by this clock.
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
            "--advance", given=f"{advance:g} s", hint="no date can be written after the year 9999"
        )

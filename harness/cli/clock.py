"""``cognito-harness clock``: shows, moves or sets the clock of a served emulator."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, parse_duration
from harness.clock import LAST_MOMENT
from harness.errors import ConfigurationError

__all__ = ["clock"]


def _advance(text: str) -> float:
    return parse_duration(text, "--advance")


def _moment(text: str) -> float:
    """Return the epoch seconds of an ISO 8601 date; without a time zone it is in UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        hint = "it must be an ISO 8601 date, such as 1999-01-01T00:00:00Z"
        raise ConfigurationError("--set", given=text, hint=hint) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    if not 0 <= moment.timestamp() <= LAST_MOMENT:
        hint = "it must be in the years 1970 to 9999"
        raise ConfigurationError("--set", given=text, hint=hint)
    return moment.timestamp()


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
    moment: Annotated[
        float | None,
        typer.Option(
            "--set",
            metavar="MOMENT",
            parser=_moment,
            help="The time to set the clock to, forward or back: 1999-01-01T00:00:00Z.",
        ),
    ] = None,
) -> None:
    """Show, move or set the clock of a served emulator.

    Prints the time that the clock shows afterwards. Codes, sessions, tokens and TOTP time steps
    expire by this clock.
    """
    from harness.targets.control import ControlSurface, ServedClock

    served = ServedClock(ControlSurface(endpoint_url))
    if moment is not None and advance is not None:
        raise ConfigurationError("--set", hint="--advance is given too; use one of them")
    if moment is not None:
        served.set(moment)
    if advance is not None:
        _require_date(served.time() + advance, advance)
        served.advance(advance)
    print(served.now().isoformat())


def _require_date(moment: float, advance: float) -> None:
    if moment > LAST_MOMENT:
        raise ConfigurationError(
            "--advance", given=f"{advance:g} s", hint="the clock cannot go beyond the year 9999"
        )

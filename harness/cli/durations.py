"""Lengths of time as people write them: ``30s``, ``5m``, ``24h``, ``30d``, or plain seconds."""

from __future__ import annotations

import re

from harness.errors import ConfigurationError

__all__ = ["parse_duration"]

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.IGNORECASE | re.ASCII)


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

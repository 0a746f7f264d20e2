"""How long the tokens of an app client are valid, as fields of a specification say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from harness.errors import ConfigurationError

__all__ = ["require_whole_seconds", "validity_members"]

_UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def require_whole_seconds(validities: Mapping[str, timedelta | None]) -> None:
    """Refuse validities that are shorter than a second or have a fraction of one.

    Args:
        validities: by kind of token, such as ``Access``; ``None`` is Cognito's default.

    Raises:
        ConfigurationError: names the field.
    """
    for token, validity in validities.items():
        if validity is not None and not _is_whole_seconds(validity):
            raise ConfigurationError(
                f"{token.lower()}_token_validity",
                given=str(validity),
                hint="it must be at least 1 second, in whole seconds",
            )


def validity_members(validities: Mapping[str, timedelta | None]) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient; what is as by default is left to Cognito.

    Args:
        validities: by kind of token, such as ``Access``.
    """
    members: dict[str, Any] = {}
    for token, validity in validities.items():
        if validity is not None:
            amount, unit = _in_units(validity)
            members[f"{token}TokenValidity"] = amount
            members.setdefault("TokenValidityUnits", {})[f"{token}Token"] = unit
    return members


def _is_whole_seconds(validity: timedelta) -> bool:
    return validity >= timedelta(seconds=1) and not validity % timedelta(seconds=1)


def _in_units(validity: timedelta) -> tuple[int, str]:
    """Return a validity as a whole number of the largest possible unit (A258)."""
    seconds = validity // timedelta(seconds=1)
    return next((seconds // length, unit) for unit, length in _UNITS if seconds % length == 0)

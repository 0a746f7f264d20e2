"""The options on pytest's command line and in its configuration file."""

from __future__ import annotations

import pytest

from harness.settings.run_settings import OPTIONS

__all__ = ["add_options"]

_INTRODUCTION = (
    "Each of these can also be set in the environment (--cognito-target: COGNITO_HARNESS_TARGET) "
    "and in the configuration file (cognito_target), in this order of precedence."
)


def add_options(parser: pytest.Parser) -> None:
    """Declare every setting as an option and as an ini key."""
    group = parser.getgroup("cognito", _INTRODUCTION)
    for option in OPTIONS:
        group.addoption(
            option.flag, dest=option.key, metavar=option.metavar, default=None, help=option.help
        )
        parser.addini(option.key, f"{option.help} (see {option.flag})", default="")

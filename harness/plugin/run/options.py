"""The options of a run: declared to pytest, read from it, and resolved to settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.run_identity import run_of
from harness.settings.options import OPTIONS, YES, Option

if TYPE_CHECKING:
    from harness.settings.mailboxes import MailboxSettings
    from harness.settings.run_settings import Setting, Settings

__all__ = [
    "add_options",
    "given_settings",
    "is_any_given",
    "mailbox_settings_of",
    "only_looks",
    "settings_of",
    "srp_engine_names",
]

_SETTINGS = pytest.StashKey["Settings"]()
_INTRODUCTION = (
    "Each option can also be set in the environment (--cognito-target: COGNITO_HARNESS_TARGET) "
    "and in the configuration file (cognito_target). The command line takes precedence over the "
    "environment, and the environment over the file."
)

_ENVIRONMENT = (
    "The environment variables of an app under test that cognito_environment sets, one a line: "
    "NAME = TEXT with {url}, {region}, {user_pool_id}, {client_id}, {client_secret}, {issuer} and "
    "{jwks_url}"
)


def add_options(parser: pytest.Parser) -> None:
    """Declare every setting as a command line option and as an ini key."""
    group = parser.getgroup("cognito", _INTRODUCTION)
    for option in OPTIONS:
        how: dict[str, Any] = {"metavar": option.metavar}
        if option.is_flag:
            how = {"action": "store_const", "const": YES}
        elif option.is_repeatable:
            how["action"] = "append"
        group.addoption(option.flag, dest=option.key, default=None, help=option.help, **how)
        explained = f"{option.help} (see {option.flag})"
        if option.is_repeatable:
            parser.addini(option.key, explained, type="linelist")
        else:
            parser.addini(option.key, explained, default="")
    parser.addini("cognito_environment", _ENVIRONMENT, type="linelist")


def is_any_given(config: pytest.Config) -> bool:
    """Return whether a setting is given anywhere; what reads them is imported only then."""
    return any(
        config.getoption(option.key) is not None
        or os.environ.get(option.variable)
        or config.getini(option.key)
        for option in OPTIONS
    )


def only_looks(config: pytest.Config) -> bool:
    """Return whether pytest only lists tests or fixtures."""
    options = ("collectonly", "showfixtures", "show_fixtures_per_test")
    return any(config.getoption(option, default=False) for option in options)


def given_settings(config: pytest.Config) -> dict[str, Setting[str]]:
    """Return the texts given for the settings, whether they can be used or not."""
    from harness.settings.run_settings import gather

    return gather(
        {option.name: _text(option, config.getoption(option.key)) for option in OPTIONS},
        os.environ,
        {option.name: _text(option, config.getini(option.key)) for option in OPTIONS},
        config.inipath.name if config.inipath else "ini option",
    )


def _text(option: Option, found: Any) -> str | None:
    """Return what pytest has for an option as one text; several values are lines of it."""
    if not option.is_repeatable:
        return None if found is None else str(found)
    return "\n".join(found) if found else None


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings of the run.

    Raises:
        ConfigurationError: one of them cannot be used.
    """
    if _SETTINGS not in config.stash:
        from harness.settings.run_settings import Settings

        seed = run_of(config).random_seed
        config.stash[_SETTINGS] = Settings.resolve(given_settings(config), os.environ, seed)
    return config.stash[_SETTINGS]


def mailbox_settings_of(config: pytest.Config) -> MailboxSettings:
    """Return the settings that only some kinds of mailbox use.

    Raises:
        ConfigurationError: one of them cannot be used, or the chosen mailbox lacks one.
    """
    from harness.settings.mailboxes import MailboxSettings

    return MailboxSettings.resolve(given_settings(config), os.environ)


def srp_engine_names(config: pytest.Config) -> list[str]:
    """Return the SRP engine that the run is limited to, or every engine that is installed.

    For ``pytest_generate_tests``. If the settings cannot be used, it returns every engine: pytest
    can then still collect the tests, and the run ends with the error of the settings.
    """
    from harness.srp.engines import available_engines

    try:
        chosen = settings_of(config).srp.value
    except ConfigurationError:
        chosen = None
    return [chosen] if chosen else available_engines()

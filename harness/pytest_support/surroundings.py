"""Whether a run can begin at all: found out once, before the first test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.pytest_support.run import is_worker, settings_of
from harness.settings import Settings
from harness.srp.engines import load_engine
from harness.targets.base import choose_target

__all__ = ["check_surroundings", "or_leave"]

Result = TypeVar("Result")

#: What the command line of the harness and a run with settings that cannot be used end with.
MISUSE = 2


def check_surroundings(config: pytest.Config) -> None:
    """End the run with one line and exit code 2 if it cannot begin.

    Not where pytest is only asked what there is, and not in every worker again.
    """
    if is_worker(config) or _only_looks(config):
        return
    or_leave(lambda: _check(config))


def or_leave(prepare: Callable[[], Result]) -> Result:
    """Return what ``prepare`` returns; end the run with one line and exit code 2 if it cannot."""
    try:
        return prepare()
    except HarnessError as error:
        message = str(error)
    # Outside of the handler, so that no traceback hangs on it.
    pytest.exit(message, returncode=MISUSE)


def _check(config: pytest.Config) -> None:
    settings = settings_of(config)
    if settings.srp.value is not None:
        load_engine(settings.srp.value)
    _refuse_sharing_a_clock(config, settings)
    _check_target(settings)


def _only_looks(config: pytest.Config) -> bool:
    options = ("collectonly", "showfixtures", "show_fixtures_per_test")
    return any(config.getoption(option, default=False) for option in options)


def _refuse_sharing_a_clock(config: pytest.Config, settings: Settings) -> None:
    url = settings.endpoint_url
    shared = settings.target.value == "server" and url.value is not None
    if shared and config.pluginmanager.has_plugin("dsession"):
        raise ConfigurationError(
            "--cognito-endpoint-url",
            given=url.value,
            source=url.source,
            hint="a served emulator has one clock, which the workers of xdist would move under "
            "each other; leave it out and each worker serves its own, or run without -n",
        )


def _check_target(settings: Settings) -> None:
    target = choose_target(settings)
    try:
        target.check()
        if settings.uses_existing_pool:
            from harness.pytest_support.existing_pool import ExistingPool

            ExistingPool.of_settings(target, settings)
    finally:
        target.stop()

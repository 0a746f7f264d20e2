"""Repetition of the tests that use Cognito, by the plugin pytest-repeat.

Each repetition is a test of its own, so that pytest-xdist spreads them over its workers, and each
has people of its own, because their names depend on the id of the test and on the worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_end_note
from harness.plugin.run.cognito_use import uses_cognito, uses_names_of_cognito
from harness.plugin.run.finished_fixtures import FinishedFixtures
from harness.plugin.run.markers import needed_capabilities
from harness.plugin.run.options import settings_of
from harness.plugin.run.run_identity import run_of

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings

__all__ = ["INSTALL", "check_repetition", "prepare_repetitions", "repeat"]

_PLUGIN = "pytest_repeat"
#: The fixture whose parameters are the repetitions.
_REPETITION = "__pytest_repeat_step_number"
#: How to install what a run with repetitions needs.
INSTALL = "pip install 'cognito-mfa-harness[repeat]'"


def repeat(metafunc: pytest.Metafunc) -> None:
    """Mark a test that uses Cognito for pytest-repeat; a ``repeat`` mark of its own gives way.

    If the settings cannot be used, it marks nothing: the run ends with their error.
    """
    names = metafunc.fixturenames
    if not (uses_names_of_cognito(names) or needed_capabilities(metafunc.definition)):
        return
    try:
        count = settings_of(metafunc.config).repeat.value
    except ConfigurationError:
        return
    if count is not None and _has_plugin(metafunc.config):
        metafunc.definition.add_marker(pytest.mark.repeat(count), append=False)


def check_repetition(config: pytest.Config, settings: Settings) -> None:
    """Check that the run can repeat its tests if the settings say so.

    Raises:
        ConfigurationError: it cannot, or pytest-repeat has been told to repeat them too.
    """
    repetitions = settings.repeat
    if repetitions.value is None:
        return
    hint = None
    if not _has_plugin(config):
        hint = f"it needs pytest-repeat, which this run does not have: {INSTALL}"
    elif (count := config.getoption("count", default=1)) != 1:
        hint = f"pytest-repeat is to repeat the tests too, with --count={count}; give one of them"
    if hint is not None:
        raise ConfigurationError(
            "--cognito-repeat", given=repetitions.value, source=repetitions.source, hint=hint
        )


def prepare_repetitions(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Keep a run with repetitions small, and say at its end which tests were not repeated."""
    try:
        count = settings_of(config).repeat.value
    except ConfigurationError:
        return
    if count in (None, 1):
        return
    config.pluginmanager.register(FinishedFixtures(), "cognito-finished-fixtures")
    # All workers collect the same tests.
    if run_of(config).worker in ("main", "gw0"):
        _note_what_is_not_repeated(config, items)


def _note_what_is_not_repeated(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    names = [item.nodeid for item in items if uses_cognito(item) and not _is_repetition(item)]
    if names:
        add_end_note(
            config,
            f"{len(names)} tests were run once, since pytest-repeat does not repeat methods of "
            f"unittest.TestCase; the first is {names[0]}",
        )


def _is_repetition(item: pytest.Item) -> bool:
    return _REPETITION in getattr(getattr(item, "callspec", None), "params", {})


def _has_plugin(config: pytest.Config) -> bool:
    # It has another name if it is installed than if it is named with -p.
    plugins = config.pluginmanager.get_plugins()
    return any(getattr(plugin, "__name__", "") == _PLUGIN for plugin in plugins)

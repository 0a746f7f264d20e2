"""Fixtures of a whole run: the settings, the target, its clock, and what begins every name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.pytest_support.markers import needed_capabilities
from harness.pytest_support.metering import Metering
from harness.pytest_support.run import run_of, settings_of
from harness.pytest_support.skipping import skip_without
from harness.pytest_support.surroundings import or_leave
from harness.targets.base import TakesTriggers, choose_target

if TYPE_CHECKING:
    from harness.clock import Clock
    from harness.emulator.triggers import Triggers
    from harness.settings import Settings
    from harness.targets.base import Target


@pytest.fixture(scope="session")
def cognito_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings of the run, each with its source."""
    return or_leave(lambda: settings_of(pytestconfig))


@pytest.fixture(scope="session")
def cognito_triggers() -> Triggers | None:
    """The Lambda handlers that take part where the run starts an emulator of its own."""
    return None


@pytest.fixture(scope="session")
def cognito_target(
    pytestconfig: pytest.Config, cognito_settings: Settings, cognito_triggers: Triggers | None
) -> Iterator[Target]:
    """The Cognito that the run talks to, started for this worker."""
    target = choose_target(cognito_settings)
    if isinstance(target, TakesTriggers):
        target.triggers = cognito_triggers
    or_leave(target.start)
    metering = or_leave(lambda: Metering(pytestconfig, target, cognito_settings))
    yield target
    metering.end()
    target.stop()


@pytest.fixture(scope="session")
def cognito_clock(cognito_target: Target) -> Clock:
    """The time by which the target judges codes, sessions and tokens."""
    return cognito_target.clock


@pytest.fixture(scope="session")
def cognito_namespace(pytestconfig: pytest.Config, cognito_settings: Settings) -> str:
    """What begins every name that this worker makes: the run's id and the worker's id."""
    return run_of(pytestconfig).namespace(cognito_settings)


@pytest.fixture
def _cognito_needs(request: pytest.FixtureRequest) -> None:
    """Skip a test whose target lacks what its ``cognito_needs`` markers name."""
    needed = needed_capabilities(request.node)
    if not needed:
        return
    target = request.getfixturevalue("cognito_target")
    settings = request.getfixturevalue("cognito_settings")
    for capability in needed:
        skip_without(capability, target, settings)

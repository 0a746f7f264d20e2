"""Which tests have to do with Cognito; the others must not notice that the plugin is there."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from harness.plugin.run.markers import needed_capabilities
from harness.plugin.run.run import worker_output

__all__ = [
    "USED",
    "any_uses_cognito",
    "demand_capabilities",
    "note_use",
    "uses_cognito",
    "was_used",
]

_SETTINGS = "cognito_settings"
_NEEDS = "_cognito_needs"
_USED = "cognito_used"

#: Whether a worker of xdist has used Cognito.
USED = pytest.StashKey[bool]()


def uses_cognito(item: pytest.Item) -> bool:
    """Return whether a test rests on a fixture of the plugin, all of which need the settings.

    Told by that one name: another project may have a ``cognito_client`` of its own.
    """
    names: list[str] = getattr(item, "fixturenames", [])
    return _SETTINGS in names or _NEEDS in names


def any_uses_cognito(items: Iterable[pytest.Item]) -> bool:
    """Return whether some of the tests rest on a fixture of the plugin."""
    return any(uses_cognito(item) for item in items)


def demand_capabilities(items: Iterable[pytest.Item]) -> None:
    """Have the tests that name capabilities skipped, before any other fixture, where they lack."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if _NEEDS not in names and needed_capabilities(item):
            names.insert(0, _NEEDS)


def note_use(config: pytest.Config) -> None:
    """Have the controller of xdist, which collects nothing itself, know that Cognito is used."""
    worker_output(config)[_USED] = True


def was_used(worker_output: dict[str, object]) -> bool:
    """Return whether a worker of xdist has noted the use."""
    return _USED in worker_output

"""Which tests use Cognito; the plugin must not affect any other test."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from harness.plugin.run.markers import needed_capabilities
from harness.plugin.run.run_identity import worker_output

__all__ = [
    "USED",
    "add_capability_checks",
    "any_uses_cognito",
    "asks_a_service",
    "note_use",
    "uses_cognito",
    "uses_names_of_cognito",
    "was_used",
]

_SETTINGS = "cognito_settings"
_NEEDS = "_cognito_needs"
_SCRIPT = "cognito_script"
_SEEDED, _AS_SEEDED = "cognito_seeded_person", "_cognito_as_seeded"
_USED = "cognito_used"

#: Whether an xdist worker has used Cognito.
USED = pytest.StashKey[bool]()


def uses_cognito(item: pytest.Item) -> bool:
    """Return whether a test uses a fixture of the plugin.

    All of them need the fixture of the settings, so that one name decides: another project may
    have a fixture ``cognito_client`` of its own.
    """
    names: list[str] = getattr(item, "fixturenames", [])
    return uses_names_of_cognito(names) or _NEEDS in names


def asks_a_service(item: pytest.Item) -> bool:
    """Return whether a test that uses Cognito asks the service of the run, and not a script."""
    names: list[str] = getattr(item, "fixturenames", [])
    return uses_cognito(item) and _SCRIPT not in names


def uses_names_of_cognito(names: Iterable[str]) -> bool:
    """Return whether a fixture of the plugin is among the names of fixtures, or below them."""
    return _SETTINGS in names


def any_uses_cognito(items: Iterable[pytest.Item]) -> bool:
    """Return whether at least one of the tests uses a fixture of the plugin."""
    return any(uses_cognito(item) for item in items)


def add_capability_checks(items: Iterable[pytest.Item]) -> None:
    """Skip tests whose target lacks a capability they name, before any other fixture is set up.

    After that, but before their other fixtures, the pools of the seed file are made again for those
    that ask for its people.
    """
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if _SEEDED in names and _AS_SEEDED not in names:
            names.insert(0, _AS_SEEDED)
        if _NEEDS not in names and needed_capabilities(item):
            names.insert(0, _NEEDS)


def note_use(config: pytest.Config) -> None:
    """Tell the xdist controller, which collects no tests, that Cognito is used."""
    worker_output(config)[_USED] = True


def was_used(worker_output: dict[str, object]) -> bool:
    """Return whether an xdist worker has used Cognito."""
    return _USED in worker_output

"""What a run holds its pool's configuration to: a file, and rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.plugin.run.run import settings_of

if TYPE_CHECKING:
    from harness.pools.audit.profile import Profile

__all__ = ["audit_rules", "compares_with_file", "profile_of"]

_PROFILE = pytest.StashKey["Profile | None"]()
_SETTING = "--cognito-audit"


def profile_of(config: pytest.Config) -> Profile | None:
    """Return the rules of ``--cognito-audit``, if it is given.

    Raises:
        ConfigurationError: there is no such preset, or the file cannot be used.
    """
    if _PROFILE not in config.stash:
        config.stash[_PROFILE] = _read(config)
    return config.stash[_PROFILE]


def _read(config: pytest.Config) -> Profile | None:
    from harness.pools.audit.profile import preset, read_profile

    setting = settings_of(config).audit
    if setting.value is None:
        return None
    if setting.value.endswith(".toml"):
        return read_profile(Path(setting.value), setting=_SETTING)
    return preset(setting.value, _SETTING, setting.source)


def audit_rules(config: pytest.Config) -> tuple[str, ...]:
    """Return the ids of the rules that the run's pool is held to; none without a pool or rules."""
    try:
        settings, profile = settings_of(config), profile_of(config)
    except HarnessError:
        return ()
    if profile is None or not (settings.uses_given_pool or settings.uses_existing_pool):
        return ()
    return profile.rules


def compares_with_file(config: pytest.Config) -> bool:
    """Return whether there are both a file and an existing pool to compare with it."""
    try:
        settings = settings_of(config)
    except HarnessError:
        return False
    return settings.uses_given_pool and settings.uses_existing_pool

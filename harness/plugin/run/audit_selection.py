"""What a run checks the configuration of its pool against: a file and audit rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.plugin.run.options import settings_of

if TYPE_CHECKING:
    from harness.pools.audit.profile import Profile

__all__ = ["audit_rules", "compares_with_file", "profile_of"]

_PROFILE = pytest.StashKey["Profile | None"]()
_SETTING = "--cognito-audit"


def profile_of(config: pytest.Config) -> Profile | None:
    """Return the rules of ``--cognito-audit``, or ``None`` without the option.

    Raises:
        ConfigurationError: the preset does not exist, or the file cannot be used.
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
    """Return the ids of the rules for the run's pool; none without a pool or without rules."""
    try:
        settings, profile = settings_of(config), profile_of(config)
    except HarnessError:
        return ()
    if profile is None or not (settings.uses_file_pool or settings.uses_existing_pool):
        return ()
    return profile.rules


def compares_with_file(config: pytest.Config) -> bool:
    """Return whether the settings name a file and an existing pool to compare with it."""
    try:
        settings = settings_of(config)
    except HarnessError:
        return False
    return settings.uses_file_pool and settings.uses_existing_pool

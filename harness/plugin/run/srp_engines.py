"""Which SRP engines a run exercises, for tests that are parametrized over them."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.run import settings_of
from harness.srp.engines import available_engines

__all__ = ["srp_engine_names"]


def srp_engine_names(config: pytest.Config) -> list[str]:
    """Return the SRP engine that the run is limited to, or every one that is installed.

    For ``pytest_generate_tests``. It also answers, with every one, where the settings cannot be
    used: tests can be collected then, though not run.
    """
    try:
        chosen = settings_of(config).srp.value
    except ConfigurationError:
        chosen = None
    return [chosen] if chosen else available_engines()

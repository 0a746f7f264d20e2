"""What the report's header says: each setting that matters, with its source."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.pytest_support.run import run_of, settings_of
from harness.settings import Setting, Settings
from harness.srp.engines import available_engines
from harness.targets.base import choose_target

__all__ = ["header_lines", "srp_engine_names"]


def header_lines(config: pytest.Config) -> list[str]:
    """Return the lines; with settings that cannot be used, the one line that says so."""
    try:
        settings = settings_of(config)
    except ConfigurationError as error:
        return [f"cognito: {error}"]
    shown = {
        "target": settings.target,
        "region": settings.region,
        "pool": _pool(settings),
        **_by_the_target(settings),
        "mailbox": settings.mailbox,
        "seed": settings.seed,
        "run": Setting(run_of(config).namespace(settings).partition("-")[0], "of this run"),
        "srp": Setting(", ".join(srp_engine_names(config)), _srp_source(settings)),
    }
    words = [f"{name} {setting}" for name, setting in shown.items()]
    return ["cognito: " + "; ".join(words[:4]), "cognito: " + "; ".join(words[4:])]


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


def _pool(settings: Settings) -> Setting[str]:
    if settings.user_pool_id.value is None:
        return Setting("one made for each specification", settings.user_pool_id.source)
    client = f"{settings.client_id} with secret {settings.client_secret}"
    return Setting(f"{settings.user_pool_id.value}, client {client}", settings.user_pool_id.source)


def _by_the_target(settings: Settings) -> dict[str, Setting[str]]:
    source = f"of target {settings.target.value}"
    found = choose_target(settings).describe()
    return {name: Setting(text, source) for name, text in found.items()}


def _srp_source(settings: Settings) -> str:
    return settings.srp.source if settings.srp.value else "default: every one installed"

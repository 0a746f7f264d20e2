"""The header of a run: each setting that matters, with its source."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.options import (
    mailbox_settings_of,
    settings_of,
    srp_engine_names,
)
from harness.plugin.run.run_identity import run_of
from harness.settings.run_settings import DEFAULT, Setting, Settings
from harness.targets.choice import choose_target

__all__ = ["header_lines", "late_header"]

_SHOWN = pytest.StashKey[bool]()


def late_header(config: pytest.Config) -> list[str]:
    """Return the lines of the header unless this run has shown them."""
    if config.stash.get(_SHOWN, False):
        return []
    config.stash[_SHOWN] = True
    return header_lines(config)


def header_lines(config: pytest.Config) -> list[str]:
    """Return the lines of the header, or the error if the settings cannot be used."""
    try:
        settings = settings_of(config)
    except ConfigurationError as error:
        return [f"cognito: {error}"]
    shown = {
        "target": settings.target,
        "region": settings.region,
        "pool": _pool(settings),
        **_by_the_target(settings),
        "mailbox": _mailbox(settings),
        "seed": settings.seed,
        "run": Setting(run_of(config).name(settings), "id of this run"),
        "srp": Setting(", ".join(srp_engine_names(config)), _srp_source(settings)),
        **_of_the_network(settings),
    }
    if settings.seed_file.value is not None:
        shown["seed file"] = Setting(settings.seed_file.value, settings.seed_file.source)
    words = [f"{name} {setting}" for name, setting in shown.items()]
    lines = [words[:4], words[4:], _of_the_mailbox(config, settings)]
    return ["cognito: " + "; ".join(line) for line in lines if line]


def _pool(settings: Settings) -> Setting[str]:
    if settings.pool.value is not None:
        return Setting(f"made from {settings.pool.value}{_given(settings)}", settings.pool.source)
    if settings.user_pool_id.value is None:
        return Setting("a new one for each specification", settings.user_pool_id.source)
    client = f"{settings.client_id} with secret {settings.client_secret}"
    return Setting(f"{settings.user_pool_id.value}, client {client}", settings.user_pool_id.source)


def _given(settings: Settings) -> str:
    """Return which parameters are given, and in which files; a value could be a secret."""
    names = (text.partition("=")[0] for text in settings.pool_parameter.value)
    given = ", ".join([*settings.pool_parameters.value, *names])
    return f" with parameters {given}" if given else ""


def _mailbox(settings: Settings) -> Setting[str]:
    if settings.mailbox.value is not None:
        return Setting(settings.mailbox.value, settings.mailbox.source)
    kind = {"emulator": "outbox", "server": "outbox", "aws": "admin", "preflight": "admin"}
    return Setting(kind.get(settings.target.value, "none"), settings.mailbox.source)


def _of_the_mailbox(config: pytest.Config, settings: Settings) -> list[str]:
    try:
        details = mailbox_settings_of(config)
    except ConfigurationError as error:
        return [str(error)]
    shown = details.shown_for(settings.mailbox.value)
    return [f"{name} {setting}" for name, setting in shown.items()]


def _by_the_target(settings: Settings) -> dict[str, Setting[str]]:
    source = f"from target {settings.target.value}"
    found = choose_target(settings).describe()
    return {name: Setting(text, source) for name, text in found.items()}


def _of_the_network(settings: Settings) -> dict[str, Setting[str]]:
    """Return the triggers, the faults and the retries of a run that has some."""
    faults, retries = settings.faults, settings.network_retries
    shown = {}
    if settings.trigger.value:
        shown["triggers"] = Setting(", ".join(settings.trigger.value), settings.trigger.source)
    if faults.value is not None:
        shown["faults"] = Setting(faults.value, faults.source)
    if retries.value or retries.source != DEFAULT:
        shown["network retries"] = Setting(str(retries.value), retries.source)
    return shown


def _srp_source(settings: Settings) -> str:
    return settings.srp.source if settings.srp.value else "default: every installed engine"

"""What belongs to one pytest run: its seed, its id, its settings; the same in all xdist workers."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from typing import Any

import pytest

from harness.pools.making.ownership import PREFIX
from harness.settings.mailboxes import MailboxSettings
from harness.settings.run_settings import OPTIONS, Setting, Settings, gather

__all__ = [
    "Run",
    "begin_run",
    "given_settings",
    "hand_over",
    "is_worker",
    "mailbox_settings_of",
    "run_of",
    "settings_of",
    "worker_output",
]

_RUN = pytest.StashKey["Run"]()
_SETTINGS = pytest.StashKey[Settings]()
_HANDED_OVER = "cognito_run"


@dataclass(frozen=True)
class Run:
    """What is drawn by chance once for a run.

    Attributes:
        token: six characters that no other run is likely to have.
        random_seed: the seed, unless the settings give one.
        worker: the id of the xdist worker, ``main`` without xdist.
    """

    token: str
    random_seed: int
    worker: str = "main"

    def namespace(self, settings: Settings) -> str:
        """Return what begins every name that this worker makes.

        Where others use the same service each run must have names of its own; elsewhere the
        same seed gives the same names.
        """
        prefix = PREFIX if settings.target.value == "aws" else ""
        return f"{prefix}{self.name(settings)}-{self.worker}-"

    def name(self, settings: Settings) -> str:
        """Return the run's id, which all of its workers have in common."""
        return self.token if settings.is_shared else digest(str(settings.seed.value))


def begin_run(config: pytest.Config) -> None:
    """Draw what belongs to the run, or take over what the xdist controller has drawn."""
    handed_over = _worker_input(config).get(_HANDED_OVER)
    if handed_over is None:
        config.stash[_RUN] = Run(secrets.token_hex(3), secrets.randbits(32))
    else:
        worker = str(_worker_input(config)["workerid"])
        config.stash[_RUN] = Run(**handed_over, worker=worker)


def hand_over(config: pytest.Config, worker_input: dict[str, Any]) -> None:
    """Put what belongs to the run into the input of an xdist worker."""
    run = run_of(config)
    worker_input[_HANDED_OVER] = {"token": run.token, "random_seed": run.random_seed}


def run_of(config: pytest.Config) -> Run:
    """Return what belongs to the run."""
    return config.stash[_RUN]


def given_settings(config: pytest.Config) -> dict[str, Setting[str]]:
    """Return the texts that were given for the settings, usable or not."""
    return gather(
        {option.name: config.getoption(option.key) for option in OPTIONS},
        os.environ,
        {option.name: config.getini(option.key) for option in OPTIONS},
        config.inipath.name if config.inipath else "ini option",
    )


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings of the run.

    Raises:
        ConfigurationError: one of them cannot be used.
    """
    if _SETTINGS not in config.stash:
        seed = run_of(config).random_seed
        config.stash[_SETTINGS] = Settings.resolve(given_settings(config), os.environ, seed)
    return config.stash[_SETTINGS]


def mailbox_settings_of(config: pytest.Config) -> MailboxSettings:
    """Return the settings that only some mailbox has a use for.

    Raises:
        ConfigurationError: one of them cannot be used, or the chosen mailbox lacks one.
    """
    return MailboxSettings.resolve(given_settings(config), os.environ)


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process is a worker of xdist."""
    return bool(_worker_input(config))


def digest(text: str) -> str:
    """Return six characters that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def worker_output(config: pytest.Config) -> dict[str, Any]:
    """Return what a worker of xdist tells its controller when it ends."""
    found: dict[str, Any] = getattr(config, "workeroutput", {})
    return found


def _worker_input(config: pytest.Config) -> dict[str, Any]:
    # Set by xdist: https://pytest-xdist.readthedocs.io/en/stable/how-to.html
    found: dict[str, Any] = getattr(config, "workerinput", {})
    return found

"""The identity of one pytest run: its id and seed, the same in all of its xdist workers."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings

__all__ = [
    "Run",
    "begin_run",
    "digest",
    "hand_over",
    "is_worker",
    "name_digest",
    "run_of",
    "worker_output",
]

_RUN = pytest.StashKey["Run"]()
_HANDED_OVER = "cognito_run"


@dataclass(frozen=True)
class Run:
    """What is drawn at random once per run.

    Attributes:
        token: six characters that no other run is likely to have.
        random_seed: the seed, unless the settings give one.
        worker: id of the xdist worker; ``main`` without xdist.
    """

    token: str
    random_seed: int
    worker: str = "main"

    def namespace(self, settings: Settings) -> str:
        """Return the prefix of every name that this worker makes.

        Runs on a shared service need different names. On a service of its own, a run with the
        same seed makes the same names.
        """
        from harness.pools.making.ownership import PREFIX

        prefix = PREFIX if settings.target.value == "aws" else ""
        return f"{prefix}{self.name(settings)}-{self.worker}-"

    def name(self, settings: Settings) -> str:
        """Return the run's id, which all of its workers share."""
        return self.token if settings.is_shared else digest(str(settings.seed.value))


def begin_run(config: pytest.Config) -> None:
    """Draw the run's id and seed, or take over those of the xdist controller."""
    handed_over = _worker_input(config).get(_HANDED_OVER)
    if handed_over is None:
        config.stash[_RUN] = Run(secrets.token_hex(3), secrets.randbits(32))
    else:
        worker = str(_worker_input(config)["workerid"])
        config.stash[_RUN] = Run(**handed_over, worker=worker)


def hand_over(config: pytest.Config, worker_input: dict[str, Any]) -> None:
    """Put the run's id and seed into the input of an xdist worker."""
    run = run_of(config)
    worker_input[_HANDED_OVER] = {"token": run.token, "random_seed": run.random_seed}


def run_of(config: pytest.Config) -> Run:
    """Return the identity of the run."""
    return config.stash[_RUN]


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process is an xdist worker."""
    return bool(_worker_input(config))


def digest(text: str) -> str:
    """Return six characters that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def name_digest(text: str) -> str:
    """Return eight characters that stand for a text, where very many texts must differ.

    Of 100,000 texts, two have the same digest once in five hundred runs; with `digest`, it would
    be hundreds of texts in each run.
    """
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    characters = []
    for _ in range(8):
        number, place = divmod(number, 36)
        characters.append("0123456789abcdefghijklmnopqrstuvwxyz"[place])
    return "".join(characters)


def worker_output(config: pytest.Config) -> dict[str, Any]:
    """Return what an xdist worker sends to its controller when it ends."""
    found: dict[str, Any] = getattr(config, "workeroutput", {})
    return found


def _worker_input(config: pytest.Config) -> dict[str, Any]:
    # Set by xdist: https://pytest-xdist.readthedocs.io/en/stable/how-to.html
    found: dict[str, Any] = getattr(config, "workerinput", {})
    return found

"""What the run found out about the configuration of its pool, for the record of the run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from harness.plugin.run.run_identity import is_worker, worker_output

__all__ = ["findings_of", "note_findings", "take_over_findings"]

_FINDINGS = pytest.StashKey[list[dict[str, Any]]]()
_HANDED_OVER = "cognito_findings"


def note_findings(config: pytest.Config, found: Iterable[dict[str, Any]]) -> None:
    """Note the members of the records of an audit or a comparison.

    Each xdist worker finds the same, so the controller keeps each of them once.
    """
    # What a worker hands over must be plain data.
    plain: list[dict[str, Any]] = json.loads(json.dumps(list(found), default=str))
    if is_worker(config):
        worker_output(config).setdefault(_HANDED_OVER, []).extend(plain)
        return
    kept = config.stash.setdefault(_FINDINGS, [])
    kept.extend(each for each in plain if each not in kept)


def take_over_findings(config: pytest.Config, output: dict[str, Any]) -> None:
    """Take over what an xdist worker has found."""
    note_findings(config, output.get(_HANDED_OVER, []))


def findings_of(config: pytest.Config) -> list[dict[str, Any]]:
    """Return what was found, in the order in which it was."""
    return config.stash.get(_FINDINGS, [])

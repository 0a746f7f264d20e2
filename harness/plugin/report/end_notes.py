"""What a run has to say at its end, whichever process of it found that out."""

from __future__ import annotations

from typing import Any

import pytest

from harness.plugin.run.run import is_worker, worker_output

__all__ = ["add_remark", "remarks_of", "take_over_remarks"]

_REMARKS = pytest.StashKey[list[str]]()
_HANDED_OVER = "cognito_remarks"


def add_remark(config: pytest.Config, line: str) -> None:
    """Have a line shown at the end of the run."""
    if is_worker(config):
        worker_output(config).setdefault(_HANDED_OVER, []).append(line)
    else:
        config.stash.setdefault(_REMARKS, []).append(line)


def take_over_remarks(config: pytest.Config, output: dict[str, Any]) -> None:
    """Take over what a worker of xdist has to say."""
    for line in output.get(_HANDED_OVER, []):
        add_remark(config, line)


def remarks_of(config: pytest.Config) -> list[str]:
    """Return the lines, in the order in which they came."""
    return config.stash.get(_REMARKS, [])

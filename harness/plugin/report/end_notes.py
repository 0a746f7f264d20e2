"""Notes that a run shows at its end, from the main process or an xdist worker."""

from __future__ import annotations

from typing import Any

import pytest

from harness.plugin.report.run_secrets import run_secrets_of
from harness.plugin.run.run_identity import is_worker, worker_output

__all__ = ["add_end_note", "end_notes_of", "take_over_end_notes"]

_END_NOTES = pytest.StashKey[list[str]]()
_HANDED_OVER = "cognito_end_notes"


def add_end_note(config: pytest.Config, line: str) -> None:
    """Show a line at the end of the run.

    An xdist worker writes no summary, so it hands the line to its controller. Only the process that
    adds a line knows which secrets could be in it.
    """
    line = run_secrets_of(config).lasting(line)
    if is_worker(config):
        worker_output(config).setdefault(_HANDED_OVER, []).append(line)
    else:
        config.stash.setdefault(_END_NOTES, []).append(line)


def take_over_end_notes(config: pytest.Config, output: dict[str, Any]) -> None:
    """Take over the notes of an xdist worker.

    Args:
        config: the controller's.
        output: what the worker sent when it ended.
    """
    for line in output.get(_HANDED_OVER, []):
        add_end_note(config, line)


def end_notes_of(config: pytest.Config) -> list[str]:
    """Return the notes in the order in which they were added."""
    return config.stash.get(_END_NOTES, [])

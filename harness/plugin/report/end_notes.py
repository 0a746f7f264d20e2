"""Notes that a run shows at its end, from the main process or an xdist worker."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.run_secrets import run_secrets_of
from harness.plugin.run.options import settings_of
from harness.plugin.run.run_identity import is_worker, worker_output
from harness.plugin.run.scenario_lines import scenario_lines

__all__ = ["add_end_note", "end_notes_of", "take_over_end_notes", "write_scorecard"]

#: The targets whose service this project has not made.
_FOREIGN = frozenset({"aws", "endpoint"})
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


def write_scorecard(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the scorecard if the run is on somebody else's service."""
    from harness.reports.scorecard_text import render_text
    from harness.verdicts.scorecard import Scorecard

    try:
        settings = settings_of(config)
    except ConfigurationError:
        # The run has ended with this error.
        return
    if settings.target.value not in _FOREIGN:
        return
    scorecard = Scorecard.of(scenario_lines(config))
    reporter.write_sep("-", "Cognito scorecard")
    for line in render_text(scorecard, f"Scorecard of {settings.service}").splitlines():
        reporter.write_line(line)

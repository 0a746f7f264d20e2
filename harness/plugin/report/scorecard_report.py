"""The end of a run on somebody else's service: the scorecard of the service."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.options import settings_of
from harness.plugin.run.scenario_lines import scenario_lines
from harness.reports.scorecard_text import render_text
from harness.verdicts.scorecard import Scorecard

__all__ = ["write_scorecard"]

#: The targets whose service this project has not made.
_FOREIGN = frozenset({"aws", "endpoint"})


def write_scorecard(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the scorecard if the run is on somebody else's service."""
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

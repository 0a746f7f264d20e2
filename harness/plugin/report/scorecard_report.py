"""The end of a run on somebody else's service: the scorecard, and one report for each root cause.

What such a service lacks fails hundreds of tests in the same way. Their reports would say nothing
new, so pytest shows the first of each cause. Its own summary still lists every test.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.options import settings_of
from harness.plugin.run.scenario_lines import scenario_lines

if TYPE_CHECKING:
    from harness.verdicts.run_record import ScenarioLine

__all__ = ["ScorecardReport", "is_foreign", "scorecard_lines", "show_all_reports"]

#: The targets whose service this project has not made.
_FOREIGN = frozenset({"aws", "endpoint"})
_CATEGORIES = ("failed", "error")
_HIDDEN = pytest.StashKey[dict[str, list[Any]]]()
#: With -vv, every report is shown.
_EVERYTHING = 2


class ScorecardReport:
    """A plugin that keeps the reports from the terminal whose cause another one has shown.

    Args:
        config: of the process that reports.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Hide reports before pytest shows them; the summary inside shows the scorecard."""
        lines = scenario_lines(self._config)
        if lines and is_foreign(self._config) and self._config.get_verbosity() < _EVERYTHING:
            _hide(terminalreporter, self._config, lines)
        return (yield)


def is_foreign(config: pytest.Config) -> bool:
    """Return whether the run tests somebody else's service."""
    try:
        return settings_of(config).target.value in _FOREIGN
    except ConfigurationError:
        return False


def scorecard_lines(config: pytest.Config) -> list[str]:
    """Return the scorecard of a run on somebody else's service; nothing for any other run."""
    lines = scenario_lines(config)
    if not lines or not is_foreign(config):
        return []
    from harness.reports.scorecard_text import render_text
    from harness.verdicts.scorecard import Scorecard

    title = f"Scorecard of {settings_of(config).service}"
    return render_text(Scorecard.of(lines), title).splitlines()


def show_all_reports(reporter: pytest.TerminalReporter, config: pytest.Config) -> int:
    """Give the terminal back what it was not to show, for its list and its counts at the end.

    Returns:
        How many reports it has not shown.
    """
    hidden = 0
    for category, reports in config.stash.get(_HIDDEN, {}).items():
        hidden += len(reports) - len(reporter.stats.get(category, []))
        reporter.stats[category] = reports
    return hidden


def _hide(
    reporter: pytest.TerminalReporter, config: pytest.Config, lines: Iterable[ScenarioLine]
) -> None:
    from harness.verdicts.causes import causes_of

    first = {name: cause.first for cause in causes_of(lines) for name in cause.ids}
    hidden = config.stash.setdefault(_HIDDEN, {})
    for category in _CATEGORIES:
        if category in reporter.stats:
            hidden[category] = reporter.stats[category]
            reporter.stats[category] = list(_first_of_each(hidden[category], first))


def _first_of_each(reports: Iterable[Any], first: Mapping[str, str]) -> Iterator[Any]:
    """Yield the reports of the first test of each cause, and of what is no scenario."""
    for report in reports:
        name = getattr(report, "nodeid", "")
        if first.get(name, name) == name:
            yield report

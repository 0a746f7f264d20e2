"""The lines about the tests of a run, kept by the process that reports: the xdist controller."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

from harness.plugin.run.line_words import area_of

if TYPE_CHECKING:
    from harness.verdicts.run_record import ScenarioLine

__all__ = [
    "LINE",
    "LINE_SO_FAR",
    "OPERATIONS",
    "SCENARIOS",
    "ScenarioLines",
    "listen_to_lines",
    "scenario_lines",
    "word_notes",
]

#: Attribute of the report of a test's teardown: its line as plain data.
LINE = "cognito_scenario"
#: Attribute of its other reports: what would be its line if it ended there.
LINE_SO_FAR = "cognito_so_far"
#: Attribute of the report of a test's teardown: how often it called each operation, where the calls
#: are held against quotas.
OPERATIONS = "cognito_operations"

#: The lines so far, without the calls.
SCENARIOS = pytest.StashKey[list["ScenarioLine"]]()
_PLUGIN = pytest.StashKey["ScenarioLines"]()

_PHASES = frozenset({"setup", "call", "teardown"})


class ScenarioLines:
    """A plugin that takes the lines from the reports of tests, and gives them to listeners.

    The calls of a line are for the listeners alone, since a run may have very many tests.

    Args:
        config: of the process that reports.
    """

    def __init__(self, config: pytest.Config) -> None:
        config.stash[_PLUGIN] = self
        self._lines = config.stash.setdefault(SCENARIOS, [])
        self._so_far: dict[str, dict[str, Any]] = {}
        #: Called with the plain data of each line when its test is over.
        self.listeners: list[Callable[[dict[str, Any]], None]] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Take the line of a test from its last report."""
        yield
        line = self._line_of(report)
        if line is None:
            return
        for listener in self.listeners:
            listener(line)
        # pytest keeps the reports.
        line["calls"] = []
        self._keep(line)

    def _keep(self, line: dict[str, Any]) -> None:
        from harness.verdicts.run_record import scenario_of

        self._lines.append(scenario_of(line))

    def _line_of(self, report: pytest.TestReport) -> dict[str, Any] | None:
        """Return the line of a test that is over, or ``None`` if it goes on."""
        line: dict[str, Any] | None = getattr(report, LINE, None)
        so_far: dict[str, Any] | None = getattr(report, LINE_SO_FAR, None)
        if so_far is not None:
            self._so_far[report.nodeid] = so_far
            delattr(report, LINE_SO_FAR)
        if line is not None:
            self._so_far.pop(report.nodeid, None)
            return line
        if str(report.outcome) == "rerun":
            # What is repeated by pytest-rerunfailures gets no report of its teardown.
            return self._so_far.pop(report.nodeid, None)
        if report.when not in _PHASES and report.failed:
            return self._crashed(report)
        return None

    def _crashed(self, report: pytest.TestReport) -> dict[str, Any]:
        """Return the line of the test that was running when its xdist worker crashed."""
        said = str(report.longrepr)
        so_far = self._so_far.pop(report.nodeid, None) or _unknown(report.nodeid)
        failure = {"first_line": said, "lines": [], "cause": "", "repeat": ""}
        return {
            **so_far,
            "outcome": "failed",
            "verdict": "could not be asked",
            "reason": said,
            "failure": failure,
        }


def scenario_lines(config: pytest.Config) -> list[ScenarioLine]:
    """Return the lines of the tests of this run that are over; none in an xdist worker."""
    return config.stash.get(SCENARIOS, [])


def listen_to_lines(config: pytest.Config, listener: Callable[[dict[str, Any]], None]) -> None:
    """Call a function with the plain data of each line when its test is over, calls included."""
    config.stash[_PLUGIN].listeners.append(listener)


def word_notes(config: pytest.Config) -> list[str]:
    """Return what the run says about refusals in other words: how many, if they are no failure."""
    from harness.verdicts.verdict import Verdict

    counts = [
        sum(check.verdict is Verdict.OTHER_WORDS for check in line.checks)
        for line in scenario_lines(config)
        if line.outcome == "passed" and line.verdict is Verdict.OTHER_WORDS
    ]
    if not counts:
        return []
    return [
        f"{sum(counts)} refusals came in other words, in {len(counts)} tests that passed; "
        "--cognito-texts=strict makes them failures"
    ]


def _unknown(node_id: str) -> dict[str, Any]:
    """Return the line of a test of which only the id is known."""
    from dataclasses import asdict

    from harness.verdicts.run_record import ScenarioLine

    return {**asdict(ScenarioLine(node_id, area_of(node_id), "", {}, "failed", None)), "calls": []}

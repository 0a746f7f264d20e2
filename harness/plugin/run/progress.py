"""``--cognito-progress``: the progress of a long run, in the last line of the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from harness.clock import steady_seconds
from harness.errors import ConfigurationError
from harness.plugin.run.options import settings_of
from harness.plugin.run.scenario_lines import OPERATIONS, listen_to_lines

if TYPE_CHECKING:
    from harness.plugin.report.bottom_line import BottomLine
    from harness.plugin.report.progress_line import Progress
    from harness.settings.run_settings import Settings

__all__ = ["ProgressLine", "begin_progress", "check_progress"]

#: A run that is over sooner needs no line.
_LONG_SECONDS = 20.0
_LEAST_SECONDS_BETWEEN = 0.1
_STDOUT = 1


class ProgressLine:
    """A plugin that draws the line when something has happened.

    It counts from the first test on, and reads the settings when a test has used Cognito.

    Args:
        session: knows how many tests there are.
    """

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._began_at: float | None = None
        self._drawn_at = 0.0
        self._quiet_seconds: float | None = None
        self._progress: Progress | None = None
        self._line: BottomLine | None = None
        self._done = self._failed = 0
        listen_to_lines(session.config, self._note_line)

    def pytest_runtest_logstart(self) -> None:
        """Begin with the first test."""
        if self._began_at is None:
            self._began_at = steady_seconds()
        self._draw()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count failures, and the calls of a test that is over."""
        self._failed += report.failed
        operations: dict[str, int] | None = getattr(report, OPERATIONS, None)
        if operations is not None:
            delattr(report, OPERATIONS)
            if self._progress is not None:
                self._progress.note_calls(operations, steady_seconds())

    def pytest_runtest_logfinish(self) -> None:
        """Count a test that is over."""
        self._done += 1
        self._draw()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Remove the line before pytest writes its summary."""
        self.end()

    def end(self) -> None:
        """Remove the line for good; called again, it changes nothing."""
        self._progress, line, self._line = None, self._line, None
        if line is not None:
            line.close()

    def _note_line(self, line: dict[str, Any]) -> None:
        if self._quiet_seconds is None:
            self._begin()
        if self._progress is not None and line["verdict"] is not None:
            from harness.verdicts.verdict import Verdict

            self._progress.verdicts[Verdict(line["verdict"])] += 1

    def _begin(self) -> None:
        """Decide, with the first test that has used Cognito, whether there is a line, and when."""
        self._quiet_seconds = _LONG_SECONDS
        config = self._session.config
        try:
            settings = settings_of(config)
        except ConfigurationError:
            # Whoever uses the settings reports it.
            return
        if _keeps_quiet(config, settings) or self._began_at is None:
            return
        if settings.progress.value == "on" or (settings.repeat.value or 1) > 1:
            self._quiet_seconds = 0.0
        from harness.plugin.report.bottom_line import BottomLine
        from harness.plugin.report.progress_line import Progress

        self._progress = Progress(total=0, began_at=self._began_at, share=_share(settings))
        self._line = BottomLine(os.dup(_STDOUT))

    def _draw(self) -> None:
        now = steady_seconds()
        if self._progress is None or self._line is None or not self._is_time(now):
            return
        from harness.plugin.report.progress_line import render

        self._drawn_at = now
        # The xdist controller learns the number of tests from its workers.
        self._progress.total = self._session.testscollected
        self._progress.done, self._progress.failed = self._done, self._failed
        try:
            color = not os.environ.get("NO_COLOR")
            self._line.show(render(self._progress, now, self._line.width, color=color))
        except OSError:
            # The terminal has gone; the run goes on.
            self._progress = None

    def _is_time(self, now: float) -> bool:
        if now - (self._began_at or now) < (self._quiet_seconds or 0.0):
            return False
        is_last = self._done >= self._session.testscollected > 0
        return is_last or now - self._drawn_at >= _LEAST_SECONDS_BETWEEN


def begin_progress(session: pytest.Session) -> None:
    """Show the line in this run if its output is a terminal, and if the settings allow it."""
    if _no_terminal():
        return
    line = ProgressLine(session)
    session.config.pluginmanager.register(line, "cognito-progress")
    session.config.add_cleanup(line.end)


def check_progress(settings: Settings) -> None:
    """Check that the run can show its progress if it must.

    Raises:
        ConfigurationError: there is no terminal for it.
    """
    if settings.progress.value == "on" and (reason := _no_terminal()):
        raise ConfigurationError(
            "--cognito-progress",
            given="on",
            source=settings.progress.source,
            hint=f"the line needs a terminal: {reason}",
        )


def _no_terminal() -> str:
    if os.name != "posix":
        return "on this system it is not known how to draw in one"
    if not os.isatty(_STDOUT):
        return "the output goes somewhere else"
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return "TERM says that nothing can be drawn in it"
    return ""


def _keeps_quiet(config: pytest.Config, settings: Settings) -> bool:
    """Return whether the run shows no line on its terminal."""
    if settings.progress.value != "auto":
        return settings.progress.value == "off"
    quiet = config.get_verbosity() < 0 or config.getoption("capture") == "no"
    plain = bool(os.environ.get("CI") or os.environ.get("NO_COLOR"))
    return quiet or plain or bool(config.getoption("usepdb"))


def _share(settings: Settings) -> float | None:
    return settings.quota_share.value / 100 if settings.uses_quotas else None

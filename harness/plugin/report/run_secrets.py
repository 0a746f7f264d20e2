"""The secrets of a run, and the outputs that are no report of a test: warnings and logs."""

from __future__ import annotations

import linecache
import logging
import warnings
from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import Any

import pytest

from harness.plugin.report.failure import forget, hide, scrub_by, scrubs_of
from harness.redaction import Redactor, listening_for_secrets

__all__ = ["RunSecrets", "run_secrets_of"]

_SECRETS = pytest.StashKey["RunSecrets"]()


class RunSecrets:
    """A plugin that learns of every `Secret` when it is made, before anything sends it.

    A secret is known until its test is over. What is made outside of tests, and by fixtures that
    outlast a test, is known to the end of the run.
    """

    def __init__(self) -> None:
        self._lasting = Redactor()
        self._item: pytest.Item | None = None
        self._lasting_fixtures = 0

    @classmethod
    def begin(cls, config: pytest.Config) -> None:
        """Listen until pytest ends, and scrub what pytest's log file and live log write.

        Called again, it changes nothing.
        """
        if _SECRETS in config.stash:
            return
        secrets = config.stash[_SECRETS] = cls()
        listening = ExitStack()
        listening.enter_context(listening_for_secrets(secrets._note))
        config.add_cleanup(listening.close)
        config.pluginmanager.register(secrets, "cognito-run-secrets")

    def lasting(self, text: str) -> str:
        """Return a text without the secrets that outlast a test."""
        return self._lasting.scrub(text)

    def scrub(self, text: str) -> str:
        """Return a text without all secrets that are known now."""
        for scrub in scrubs_of(self._item) if self._item else ():
            text = scrub(text)
        return self._lasting.scrub(text)

    def _note(self, value: str) -> None:
        if self._item is None or self._lasting_fixtures:
            self._lasting.register(value)
        else:
            hide(self._item, value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Scrub the log file and the live log, whose handlers exist by now."""
        logs = session.config.pluginmanager.get_plugin("logging-plugin")
        for name in ("log_file_handler", "log_cli_handler"):
            handler = getattr(logs, name, None)
            if isinstance(handler, logging.Handler):
                handler.setFormatter(_Scrubbing(handler.formatter, self.scrub))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Begin with another test; the one before is over, with its warnings."""
        if self._item is not None and self._item is not item:
            forget(self._item)
        self._item = item

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Note whether the fixture that makes secrets outlasts the test."""
        lasts = fixturedef.scope != "function"
        self._lasting_fixtures += lasts
        try:
            return (yield)
        finally:
            self._lasting_fixtures -= lasts

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Scrub a warning and its line of source before the summary or a worker has it."""
        warning_message.message = scrub_by(self.scrub, warning_message.message)
        line = warning_message.line
        if line is None:
            line = linecache.getline(warning_message.filename, warning_message.lineno)
        if self.scrub(line) != line:
            warning_message.line = self.scrub(line)


class _Scrubbing(logging.Formatter):
    """Formats like another formatter, without secrets; the record stays as it is."""

    def __init__(self, inner: logging.Formatter | None, scrub: Callable[[str], str]) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()
        self._scrub = scrub

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of the record without secrets."""
        return self._scrub(self._inner.format(record))


def run_secrets_of(config: pytest.Config) -> RunSecrets:
    """Return the secrets of the run."""
    return config.stash[_SECRETS]

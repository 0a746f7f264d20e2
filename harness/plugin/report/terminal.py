"""Questions to the user at the terminal, although pytest captures input and output."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.plugin.run.run_identity import is_worker

if TYPE_CHECKING:
    from harness.settings.run_settings import Setting

__all__ = ["Terminal"]


class Terminal:
    """The terminal where pytest was started.

    Args:
        config: of the run; gives access to pytest's capturing.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def check(self, mailbox: Setting[Any]) -> None:
        """Check that the run can ask questions at the terminal.

        Args:
            mailbox: the setting that needs the terminal; the error names it.

        Raises:
            ConfigurationError: it cannot ask.
        """
        reason = self._why_not()
        if reason:
            raise ConfigurationError(
                "--cognito-mailbox", given=mailbox.value, source=mailbox.source, hint=reason
            )

    def ask(self, question: str, seconds: float) -> str | None:
        """Ask a question, and return the typed line or ``None`` if none came in time.

        Args:
            question: text to print.
            seconds: how long to wait for the line.

        Raises:
            HarnessError: the terminal is closed.
        """
        with self._uncaptured():
            print(f"\n{question}", end="", flush=True)
            if not _is_typed_within(max(seconds, 0.0)):
                print(flush=True)
                return None
            line = sys.stdin.readline()
        if not line:
            raise HarnessError("cannot ask for a code: the terminal is closed")
        return line

    def _why_not(self) -> str:
        if self._config.pluginmanager.has_plugin("dsession") or is_worker(self._config):
            return "xdist workers have no terminal to ask at; run without -n"
        with self._uncaptured():
            if sys.stdin is not None and sys.stdin.isatty():
                return ""
        return "the standard input is not a terminal, so the run cannot ask for codes"

    @contextmanager
    def _uncaptured(self) -> Iterator[None]:
        # The same way as in pytest's own debugger. With -p no:capture there is no such plugin.
        capture = self._config.pluginmanager.getplugin("capturemanager")
        if capture is None:
            yield
            return
        capture.suspend(in_=True)
        try:
            yield
        finally:
            capture.resume()


def _is_typed_within(seconds: float) -> bool:
    if os.name != "posix":
        # On Windows, select works on sockets only, so there is no deadline.
        return True
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)

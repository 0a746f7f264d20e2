"""The terminal of a run: a question to whoever sits there, while pytest captures everything."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.plugin.run.run import is_worker
from harness.settings.run_settings import Setting

__all__ = ["Terminal"]


class Terminal:
    """Where pytest was started.

    Args:
        config: of the run, for its plugin that captures.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def check(self, mailbox: Setting[Any]) -> None:
        """See that somebody can be asked.

        Raises:
            ConfigurationError: nobody can; ``mailbox`` is the setting that asks for it.
        """
        reason = self._why_not()
        if reason:
            raise ConfigurationError(
                "--cognito-mailbox", given=mailbox.value, source=mailbox.source, hint=reason
            )

    def ask(self, question: str, seconds: float) -> str | None:
        """Put a question; return the line that was typed, ``None`` where none was in time.

        Raises:
            HarnessError: the terminal was closed.
        """
        with self._uncaptured():
            print(f"\n{question}", end="", flush=True)
            if not _is_typed_within(max(seconds, 0.0)):
                print(flush=True)
                return None
            line = sys.stdin.readline()
        if not line:
            raise HarnessError("nobody can be asked for a code: the terminal is closed")
        return line

    def _why_not(self) -> str:
        if self._config.pluginmanager.has_plugin("dsession") or is_worker(self._config):
            return "the workers of xdist have no terminal to ask at; run without -n"
        with self._uncaptured():
            if sys.stdin is not None and sys.stdin.isatty():
                return ""
        return "the standard input is no terminal, so that nobody can be asked"

    @contextmanager
    def _uncaptured(self) -> Iterator[None]:
        # As pytest's own debugger does it; without the plugin (-p no:capture) there is nothing.
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
        # Where select knows sockets only, whoever is asked has all the time there is.
        return True
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)

"""What all of the project's own tests share: how thorough Hypothesis is, and what is left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.left_out import ENVIRONMENTS, is_named, notes

# Repeatable, so that a red run is red for everybody; HYPOTHESIS_PROFILE=thorough searches on.
settings.register_profile("quick", max_examples=25, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Go where more than Python is needed only where that is named."""
    given, directory = config.args, config.invocation_params.dir
    if collection_path in ENVIRONMENTS and not is_named(collection_path, given, directory):
        return True
    return None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, and how it is run."""
    for note in notes(config.args, config.invocation_params.dir):
        terminalreporter.write_line(note)

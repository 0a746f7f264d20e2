"""Inner pytest runs: each in a process and a folder of its own, with nothing of the outer run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.sources import ROOT

Inner = Callable[..., pytest.RunResult]

_OF_THE_OUTER_RUN = ("AWS_", "COGNITO_HARNESS_", "PYTEST_")


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Inner:
    """Runs pytest with the plugin, on a given source, in a given environment."""
    for variable in list(os.environ):
        if variable.startswith(_OF_THE_OUTER_RUN):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Other people's plugins would only cost time here; ours is named.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # No credentials by any way, and no asking the network for some.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:cacheprovider\n")

    def run(*arguments: str | Path, source: str = "", **environment: str) -> pytest.RunResult:
        if source:
            pytester.makepyfile(test_inner=source)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return pytester.runpytest_subprocess("-p", "harness.plugin", *arguments, timeout=120)

    return run


def the_one_line(result: pytest.RunResult) -> str:
    """Return the one line that an inner run said on stderr, and expect that it said no more."""
    lines = [line for line in result.stderr.lines if line]
    assert len(lines) == 1, result.stderr.str()
    assert "Traceback" not in result.stdout.str()
    return str(lines[0])

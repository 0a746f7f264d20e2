"""The scorecard at the end of a run, and one report for each root cause."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.emulator.server import EmulatorServer
from tests.plugin.conftest import Inner

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
SOURCE = """
import pytest
from harness import UnexpectedResult, check

@pytest.mark.parametrize("name", ["one", "two", "three"])
def test_same_cause(cognito_actions, name):
    cognito_actions.describe = name
    raise UnexpectedResult("SECRET_BLOCK is not base64")

@pytest.fixture
def broken(cognito_actions):
    raise UnexpectedResult("SECRET_BLOCK is not base64")

def test_cannot_be_asked(broken):
    pass

def test_other_cause(cognito_actions):
    check(False, "refresh returned another refresh token")

def test_that_holds(cognito_actions):
    check(True, "it did not")

def test_without_cognito():
    assert 1 == 2
"""


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A service that the runs do not start themselves."""
    with EmulatorServer() as server:
        yield server


def _arguments(server: EmulatorServer) -> list[str]:
    return ["--cognito-target=endpoint", f"--cognito-endpoint-url={server.url}"]


def test_scorecard_closes_the_run(inner: Inner, server: EmulatorServer) -> None:
    """The scorecard counts what used Cognito, and has the causes with their counts."""
    result = inner(*_arguments(server), source=SOURCE, **CREDENTIALS)
    result.assert_outcomes(passed=1, failed=5, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*Cognito scorecard*",
            f"Scorecard of {server.url}",
            "inner *1*-*-*-*4*1*-",
            "2 root causes of 5 failures:",
            "     4 times: SECRET_BLOCK is not base64",
            "     1 time:  refresh returned another refresh token",
            "6 variants of scenarios: 1 hold, 1 could not be asked, 4 answered otherwise",
        ]
    )


def test_first_report_of_each_cause(inner: Inner, server: EmulatorServer) -> None:
    """With xdist too, each cause has one report, and the summary lists every test."""
    workers = ("-p", "xdist.plugin", "-n", "2")
    result = inner(*_arguments(server), *workers, source=SOURCE, **CREDENTIALS)
    text = result.stdout.str()
    shown = [line for line in result.stdout.lines if line.startswith("___")]
    assert sum("test_same_cause" in line or "cannot_be_asked" in line for line in shown) == 1
    assert sum("test_other_cause" in line for line in shown) == 1
    assert text.count("FAILED test_inner.py::test_same_cause") == 3
    assert "2 root causes of 5 failures:" in text


def test_own_emulator_has_no_scorecard(inner: Inner) -> None:
    """On the emulator nothing is expected to fail, so there is no scorecard."""
    inner(source=SOURCE).stdout.no_fnmatch_line("*Cognito scorecard*")

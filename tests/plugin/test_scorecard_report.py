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


@pytest.mark.parametrize("workers", [[], ["-p", "xdist.plugin", "-n", "2"]], ids=["alone", "xdist"])
def test_first_report_of_each_cause(
    inner: Inner, server: EmulatorServer, workers: list[str]
) -> None:
    """On a foreign service each cause has one report; the list and the counts have every test."""
    result = inner(*_arguments(server), *workers, source=SOURCE, **CREDENTIALS)
    result.assert_outcomes(passed=1, failed=5, errors=1)
    text = result.stdout.str()
    shown = [line for line in result.stdout.lines if line.startswith("___")]
    assert sum("test_same_cause" in line or "cannot_be_asked" in line for line in shown) == 1
    assert sum("test_other_cause" in line for line in shown) == 1
    assert sum("test_without_cognito" in line for line in shown) == 1
    assert text.count("FAILED test_inner.py::test_same_cause") == 3
    assert "cognito: 3 more reports have one of these causes; -vv shows them" in text


def test_scorecard_closes_the_run(inner: Inner, server: EmulatorServer) -> None:
    """The scorecard counts what used Cognito, and has the causes with their counts."""
    result = inner(*_arguments(server), source=SOURCE, **CREDENTIALS)
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


def test_every_report_on_request(inner: Inner, server: EmulatorServer) -> None:
    """With -vv each failure has its report."""
    result = inner(*_arguments(server), "-vv", source=SOURCE, **CREDENTIALS)
    shown = [line for line in result.stdout.lines if line.startswith("___")]
    assert sum("test_same_cause" in line for line in shown) == 3
    result.stdout.no_fnmatch_line("*more reports*")


def test_own_emulator_has_no_scorecard(inner: Inner) -> None:
    """On the emulator every failure is shown, since none of them is expected."""
    result = inner(source=SOURCE)
    shown = [line for line in result.stdout.lines if line.startswith("___")]
    assert sum("test_same_cause" in line for line in shown) == 3
    result.stdout.no_fnmatch_line("*Cognito scorecard*")

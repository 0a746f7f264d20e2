"""Values of options that pytest has taken for paths of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.plugin.run.settings_check import MISUSE

TEST = "def test_it(cognito_signed_up):\n    pass\n"


@pytest.fixture
def elsewhere(pytester: pytest.Pytester, tmp_path: Path) -> Path:
    """A record in another folder than that of a project with a tox.ini."""
    pytester.makeini("[pytest]\ncognito_seed = 11\n")
    pytester.makepyfile(TEST)
    record = tmp_path / "run.jsonl"
    done = pytester.runpytest_subprocess("-v", f"--cognito-record={record}")
    done.assert_outcomes(passed=1)
    return record


def test_a_value_that_hides_the_configuration_is_refused(
    pytester: pytest.Pytester, elsewhere: Path
) -> None:
    """A run that does not read its file because of a value ends with one line."""
    done = pytester.runpytest_subprocess("-v", "--cognito-record", str(elsewhere))
    assert done.ret == MISUSE
    expected = r".*it does not read tox\.ini; write --cognito-record=.*"
    done.stderr.re_match_lines([expected])


def test_a_value_with_an_equals_sign_is_taken(pytester: pytest.Pytester, elsewhere: Path) -> None:
    """The same value behind an equals sign is no path of tests, and its file is read."""
    done = pytester.runpytest_subprocess("-v", f"--cognito-record={elsewhere}")
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["*seed 11 (tox.ini)*"])


def test_a_value_inside_the_project_is_taken(pytester: pytest.Pytester, elsewhere: Path) -> None:
    """A path for which pytest reads the same file is taken with a blank, too."""
    for _ in range(2):
        done = pytester.runpytest_subprocess("-v", "--cognito-record", "own.jsonl", "-k", "it")
    done.stdout.fnmatch_lines(["*seed 11 (tox.ini)*"])

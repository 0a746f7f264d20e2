"""What a run says about its skipped tests, and that a run in which no test ran fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.plugin.conftest import Inner, the_one_line

POOL = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      GenerateSecret: true
"""
UNFIT = """
import pytest

@pytest.mark.cognito_pool(mfa="OFF")
def test_without_mfa(cognito_pool): pass

@pytest.mark.cognito_pool(mfa="OPTIONAL", client_secret=False)
def test_optional(cognito_pool): pass
"""
FIT = """
def test_fits(cognito_pool): pass
"""
OF_THE_TARGET = """
@pytest.mark.cognito_needs("scripted")
def test_scripted(cognito_pool): pass
"""
OTHERS = """
@pytest.mark.skip(reason="not today")
def test_other(): pass
"""
ALL_SKIPPED = (
    "cognito: no test ran: all 2 tests were skipped because of the pool: "
    "MfaConfiguration is ON (pool.yaml, line 6): 2; "
    "GenerateSecret is true (pool.yaml, line 12): 1; --cognito-allow-all-skipped permits this"
)


@pytest.fixture
def pool(pytester: pytest.Pytester) -> str:
    """The option for a run on the pool of a file."""
    Path(pytester.path, "pool.yaml").write_text(POOL, encoding="utf-8")
    return "--cognito-pool=pool.yaml"


@pytest.mark.parametrize("more", [[], ["-q", "-q"], ["-p", "xdist.plugin", "-n", "2"], ["-x"]])
def test_a_run_in_which_no_test_ran_fails(inner: Inner, pool: str, more: list[str]) -> None:
    """It ends with one line that counts the deciding settings, and with pytest's exit code 5."""
    result = inner(pool, *more, source=UNFIT)
    assert result.outlines.count(ALL_SKIPPED) == 1
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_it_fails_without_the_terminal_reporter_too(inner: Inner, pool: str) -> None:
    """Where pytest reports nothing, the line goes to the standard error."""
    result = inner(pool, "-p", "no:terminal", source=UNFIT)
    assert the_one_line(result) == ALL_SKIPPED
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    ("arguments", "environment", "ini"),
    [
        (["--cognito-allow-all-skipped", "test_inner.py"], {}, ""),
        ([], {"COGNITO_HARNESS_ALLOW_ALL_SKIPPED": "1"}, ""),
        ([], {}, "cognito_allow_all_skipped = yes\n"),
    ],
    ids=["command line", "environment", "file"],
)
def test_the_settings_can_permit_it(
    inner: Inner,
    pytester: pytest.Pytester,
    pool: str,
    arguments: list[str],
    environment: dict[str, str],
    ini: str,
) -> None:
    """The run succeeds, and says the same."""
    pytester.makeini(f"[pytest]\naddopts = -p no:cacheprovider\n{ini}")
    result = inner(pool, *arguments, source=UNFIT, **environment)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["cognito: no test ran: *permits this, and is given"])


def test_a_word_that_is_not_yes_or_no_ends_the_run(inner: Inner, pool: str) -> None:
    """In the environment, the setting is yes or no."""
    result = inner(pool, source=UNFIT, COGNITO_HARNESS_ALLOW_ALL_SKIPPED="perhaps")
    assert result.ret == 2
    assert "--cognito-allow-all-skipped: cannot use 'perhaps'" in the_one_line(result)


@pytest.mark.parametrize(
    "source",
    [UNFIT + FIT, UNFIT + "def test_ordinary(): pass", UNFIT + "def test_fails(): assert 0"],
    ids=["fits", "ordinary", "fails"],
)
def test_one_test_that_ran_is_enough(inner: Inner, pool: str, source: str) -> None:
    """With another test, of whatever kind, the exit code is that of pytest."""
    result = inner(pool, source=source)
    assert result.ret == ("assert 0" in source)
    result.stdout.no_fnmatch_line("*no test ran*")
    result.stdout.fnmatch_lines(
        [
            "skipped because of the pool: 2 tests, some by several settings",
            "  2  MfaConfiguration is ON (pool.yaml, line 6)",
            "  1  GenerateSecret is true (pool.yaml, line 12)",
        ]
    )


def test_deselected_tests_do_not_count(inner: Inner, pool: str) -> None:
    """Only the selected tests decide."""
    result = inner(pool, "-k", "without_mfa", source=UNFIT + FIT)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["cognito: no test ran: the only selected test was skipped*"])


def test_skips_for_other_reasons_show_nothing_either(inner: Inner, pool: str) -> None:
    """Together with tests that are skipped for another reason, no test ran all the same."""
    result = inner(pool, source=UNFIT + OF_THE_TARGET + OTHERS)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(
        [
            "skipped because of the target: 1 test",
            "  1  target 'emulator' has no capability 'scripted'",
            "cognito: no test ran: 2 of the 4 selected tests were skipped because of the pool: *",
        ]
    )


def test_what_the_target_lacks_is_no_failure(inner: Inner) -> None:
    """A target is chosen for what it can do, so a run in which it can do nothing succeeds."""
    result = inner(source="import pytest\n" + OF_THE_TARGET)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["  1  target 'emulator' has no capability 'scripted'"])
    result.stdout.no_fnmatch_line("*no test ran*")


def test_a_list_of_tests_is_no_run(inner: Inner, pool: str) -> None:
    """With --collect-only there is nothing to run, and nothing to say."""
    result = inner(pool, "--collect-only", source=UNFIT)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*no test ran*")


def test_a_test_that_is_not_run_on_purpose_counts_as_selected(inner: Inner, pool: str) -> None:
    """What pytest does not call, such as xfail(run=False), has shown nothing and is counted."""
    source = """
import pytest

@pytest.mark.cognito_pool(mfa="OFF")
def test_unfit(cognito_pool): pass
@pytest.mark.xfail(run=False)
def test_left_out(): pass
"""
    result = inner(pool, source=source)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    said = "cognito: no test ran: 1 of the 2 selected tests was skipped because of the pool: *"
    result.stdout.fnmatch_lines([said])


def test_the_quietest_run_lists_no_settings(inner: Inner, pool: str) -> None:
    """With -q -q, a run in which a test ran has no table."""
    result = inner(pool, "-q", "-q", source=UNFIT + FIT)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*skipped because of*")


def test_the_record_has_the_lines(inner: Inner, pool: str, pytester: pytest.Pytester) -> None:
    """The notes of the record are the lines of the terminal, and its exit code is 5."""
    inner(pool, "--cognito-record=run.jsonl", source=UNFIT + OF_THE_TARGET)
    lines = Path(pytester.path, "run.jsonl").read_text(encoding="utf-8").splitlines()
    end = json.loads(lines[-1])
    assert end["exit_code"] == 5
    assert end["notes"][0].startswith("no test ran: 2 of the 3 selected tests were skipped")
    assert end["notes"][1] == (
        "skipped because of the target: 1 test: target 'emulator' has no capability 'scripted': 1"
    )

"""Repeated tests: with people of their own, in any number of workers, and only where Cognito is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.plugin.run.run_identity import name_digest
from tests.plugin.conftest import Inner, the_one_line

REPEAT = ("-p", "pytest_repeat")
SOURCE = """
import unittest
import pytest

def note(name):
    with open("names.txt", "a") as file:
        print(name, file=file)

def test_person(cognito_signed_up): note(cognito_signed_up.username)

@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.repeat(7)
def test_marked(number, cognito_settings): note(f"marked-{number}")

def test_without_cognito(): note("nobody")

@pytest.mark.cognito_needs("scripted")
def test_skipped(): note("never")

class TestOfUnittest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _use(self, cognito_settings): pass
    def test_it(self): note("unittest")
"""
LEFT = """
import pytest

@pytest.fixture(scope="session", autouse=True)
def left(cognito_target, cognito_pool_cache):
    yield
    engine = cognito_target.emulator.engine
    (pool,) = engine.pools.values()
    print("LEFT", len(pool.users), len(engine.outbox.messages()), len(pool.grants),
          len(engine.sessions.exported()))

@pytest.mark.cognito_pool(mfa="ON")
def test_it(cognito_signed_in): pass
"""


def names(pytester: pytest.Pytester) -> list[str]:
    """Return what the inner tests wrote down."""
    return (pytester.path / "names.txt").read_text(encoding="utf-8").split()


def test_tests_that_use_cognito_are_repeated(inner: Inner, pytester: pytest.Pytester) -> None:
    """They run so many times, whatever a mark of theirs says; others run once, and some are told.

    Each repetition has a person of its own.
    """
    result = inner(*REPEAT, "--cognito-repeat=3", source=SOURCE)
    result.assert_outcomes(passed=3 + 2 * 3 + 1 + 1, skipped=3)
    found = names(pytester)
    people = [name for name in found if "-main-" in name]
    assert len(people) == len(set(people)) == 3
    assert [found.count(name) for name in ("marked-1", "marked-2", "nobody")] == [3, 3, 1]
    result.stdout.fnmatch_lines(
        ["cognito: 1 tests were run once,*unittest.TestCase; the first is *TestOfUnittest::test_it"]
    )


def test_same_seed_repeats_the_people(inner: Inner, pytester: pytest.Pytester) -> None:
    """Runs with the same seed have the same people in the same repetitions."""
    source = SOURCE.partition("@pytest")[0]
    runs = []
    for _ in range(2):
        inner(*REPEAT, "--cognito-repeat=2", "--cognito-seed=7", source=source)
        runs.append(names(pytester))
        (pytester.path / "names.txt").unlink()
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 2


def test_nothing_is_left_of_a_repetition(inner: Inner) -> None:
    """Users, messages, tokens and sessions of a repetition are gone, and the pool stays."""
    result = inner("-s", *REPEAT, "--cognito-repeat=2", source=LEFT)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*LEFT 0 0 0 0*"])


def test_users_stay_without_repetition(inner: Inner) -> None:
    """A run that repeats nothing keeps its users to its end, as before."""
    result = inner("-s", source=LEFT)
    result.stdout.fnmatch_lines(["*LEFT 1 1 [1-9]* [1-9]*"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*REPEAT, "--cognito-repeat=0"], "'0' (from command line); it must be a whole number"),
        ([*REPEAT, "--cognito-repeat=many"], "it must be a whole number from 1 to 1000000"),
        ([*REPEAT, "--cognito-repeat=2", "--count=3"], "with --count=3; give one of them"),
        (["--cognito-repeat=2"], "pip install 'cognito-mfa-harness[repeat]'"),
    ],
)
def test_misuse_is_one_line(inner: Inner, arguments: list[str], said: str) -> None:
    """A number that is none, two numbers, and a missing plugin end the run with one line."""
    result = inner(*arguments, source="def test_it(cognito_settings): pass")
    assert result.ret == 2
    line = the_one_line(result)
    assert "--cognito-repeat: cannot use" in line
    assert said in line


def test_missing_plugin_is_said_once_with_workers(inner: Inner) -> None:
    """A setting in the environment that no worker can follow ends the run with one line as well."""
    result = inner(
        *("-p", "xdist.plugin", "-n", "2"),
        source="def test_it(cognito_settings): pass",
        COGNITO_HARNESS_REPEAT="2",
    )
    assert result.ret == 2
    result.stdout.fnmatch_lines(["!*COGNITO_HARNESS_REPEAT*it needs pytest-repeat*!"])


def test_many_tests_have_names_of_their_own() -> None:
    """The people of a hundred thousand repetitions differ, which six hex digits do not ensure."""
    digests = {name_digest(f"test_it[{number}-100000]/1") for number in range(100_000)}
    assert len(digests) == 100_000
    assert all(len(digest) == 8 and digest.isalnum() for digest in digests)


def test_finished_fixtures_are_dropped(inner: Inner, tmp_path: Path) -> None:
    """A wide fixture keeps no finalizer of a repetition, and narrow fixtures still end in time."""
    source = """
import pytest

kept, ended = [], []

@pytest.fixture(scope="session")
def wide(request, cognito_settings):
    yield request
    ended.append("wide")

@pytest.fixture
def narrow(wide, request):
    kept.append(len(wide._fixturedef._finalizers))
    yield
    ended.append("narrow")

def test_it(narrow): pass

def test_last():
    assert ended == ["narrow"] * 9
    assert len(set(kept[1:])) == 1, kept
"""
    inner(*REPEAT, "--cognito-repeat=9", source=source).assert_outcomes(passed=10)

"""Differences that are known: silent if they come, an alarm if they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.verdicts.differences import AnswerDifference, Comparison
from harness.verdicts.expected_differences import KnownDifference, judge, read_expectations

ONE, TWO = "scenarios/test_sign_up.py::test_one[a]", "scenarios/test_refresh.py::test_two"
TEXT = AnswerDifference("SignUp", "text", "A 'no'", "A 'never'", (ONE, TWO))
CODE = AnswerDifference("GetUser", "code", "ok", "A", (TWO,))
COMPARISON = Comparison(
    (TEXT, CODE), 2, 9, {ONE: frozenset({"SignUp"}), TWO: frozenset({"SignUp", "GetUser"})}
)


@pytest.mark.parametrize(
    ("expectation", "left"),
    [
        (KnownDifference("why", what="text"), [CODE]),
        (KnownDifference("why", operation="GetUser"), [TEXT]),
        (KnownDifference("why", contains="never"), [CODE]),
        (
            KnownDifference("why", scenario="test_sign_up.py"),
            [AnswerDifference("SignUp", "text", "A 'no'", "A 'never'", (TWO,)), CODE],
        ),
        (
            KnownDifference("why", scenario="test_refresh.py::*two"),
            [AnswerDifference("SignUp", "text", "A 'no'", "A 'never'", (ONE,))],
        ),
    ],
)
def test_an_expected_difference_is_silent(
    expectation: KnownDifference, left: list[AnswerDifference]
) -> None:
    """What an expectation names is left out, in the scenarios that it names."""
    judged = judge(COMPARISON, [expectation])
    assert list(judged.unexpected) == left
    assert judged.known[0][0] == expectation
    assert not judged.agreeing


def test_an_expected_difference_that_did_not_come_is_an_alarm() -> None:
    """If both services answer alike where they were known to differ, the entry is named."""
    outdated = KnownDifference("it differed once", operation="SignUp", what="code")
    judged = judge(COMPARISON, [outdated])
    assert judged.agreeing == (outdated,)
    assert judged.unexpected == (TEXT, CODE)


def test_an_expectation_about_what_was_not_asked_is_no_alarm() -> None:
    """An entry about an operation that no scenario called says nothing in this run."""
    elsewhere = KnownDifference("it differs", operation="RevokeToken")
    judged = judge(COMPARISON, [elsewhere])
    assert (judged.agreeing, judged.not_asked) == ((), (elsewhere,))


def test_file(tmp_path: Path) -> None:
    """Each table is an expectation."""
    path = tmp_path / "expected.toml"
    path.write_text('[[expected]]\nwhat = "text"\nreason = "why"\n', encoding="utf-8")
    assert read_expectations(path) == (KnownDifference("why", what="text"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it must have tables [[expected]] and nothing else"),
        ("expected = 1", "it must have tables [[expected]] and nothing else"),
        ("[[expected]", "it cannot be read"),
        ('[[expected]]\nwhat = "text"', "entry 1: it needs a reason"),
        ('[[expected]]\nreason = "x"', "entry 1: it would expect everything"),
        ('[[expected]]\nreason = "x"\nwhat = "words"', "what is 'words', not calls, code, text"),
        ('[[expected]]\nreason = "x"\noperatoin = "x"', "did you mean 'operation'?"),
        ('[[expected]]\nreason = "x"\noperation = "Signup"', "did you mean 'SignUp'?"),
        ('[[expected]]\nreason = "x"\nwhat = 1', "entry 1: each member must be a text"),
    ],
)
def test_another_file_is_refused(text: str, said: str, tmp_path: Path) -> None:
    """What cannot be used is named, with the file and the entry."""
    path = tmp_path / "expected.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_expectations(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigurationError, match="it cannot be read"):
        read_expectations(tmp_path / "none.toml")

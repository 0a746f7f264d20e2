"""Tests of the comparison of a run of moto's tests with the list of expected failures."""

from __future__ import annotations

import pytest

from tests.moto_suite.comparison import problems, summary
from tests.moto_suite.expected_failures import ExpectedFailure, ExpectedFailures, MotoVersion
from tests.moto_suite.runner import Outcome

KNOWN = ExpectedFailures(
    MotoVersion("5.2.5", tests=3, verified=1),
    (ExpectedFailure("A.", "B.", ("A001",), "too long", ("listed",)),),
)
GOOD = [
    Outcome("listed", False, False, "a is too long"),
    Outcome("plain", True, False),
    Outcome("aws", True, True),
]


def problems_with(*outcomes: Outcome, moto: str = "5.2.5") -> list[str]:
    """Return the problems of a run in which some outcomes differ from the good run."""
    changed = {outcome.test: outcome for outcome in [*GOOD, *outcomes]}
    return problems(list(changed.values()), KNOWN, {"A001"}, moto)


def test_a_good_run_has_no_problems() -> None:
    """In a good run, listed tests fail and all others pass."""
    assert problems_with() == []


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        (Outcome("listed", True, False), "listed: passes, but is listed as failing"),
        (
            Outcome("listed", False, False, "why"),
            "listed: must fail with 'too long', but failed with: why",
        ),
        (
            Outcome("plain", False, False, "why"),
            "plain: does not pass, and is not listed: why",
        ),
        (
            Outcome("aws", False, True, "why"),
            "aws: is verified on AWS, but does not pass: why",
        ),
        (
            Outcome("listed", False, True, "why"),
            "listed: is verified on AWS, but does not pass: why",
        ),
    ],
    ids=[
        "listed passes",
        "listed fails differently",
        "unlisted fails",
        "verified fails",
        "verified is listed",
    ],
)
def test_an_outcome_that_is_not_as_listed(outcome: Outcome, problem: str) -> None:
    """Every difference is reported with the test's name; a verified test is never excused."""
    assert problem in problems_with(outcome)


def test_a_listed_test_must_exist() -> None:
    """An entry for a test that moto does not have is a problem."""
    assert problems(GOOD[1:], KNOWN, {"A001"}, "5.2.6") == [
        "listed: is listed, but moto 5.2.6 has no such test"
    ]


def test_a_fact_must_exist() -> None:
    """The run itself reports an entry that names an unknown fact."""
    assert problems(GOOD, KNOWN, set(), "5.2.5") == ["listed: there is no fact A001"]


def test_the_counts_are_those_of_the_version() -> None:
    """The counts on the page must match the run, but another version of moto may differ."""
    more = Outcome("more", True, True)
    counted = "moto 5.2.5 has 4 tests, 2 verified on AWS, but the list says 3 and 1"
    assert problems_with(more) == [counted]
    assert problems_with(more, moto="5.2.6") == []


def test_the_summary_counts() -> None:
    """The summary says how many tests passed, and how many of the verified ones."""
    said = "moto 5.2.5: 2 of 3 Cognito tests pass, of those verified on AWS 1 of 1"
    assert summary(GOOD, "5.2.5") == said

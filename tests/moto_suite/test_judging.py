"""A run of moto's tests is good only when it ended as the list says."""

from __future__ import annotations

import pytest

from tests.moto_suite.judging import complaints, summary
from tests.moto_suite.listed import Exceptional, Listed, Tried
from tests.moto_suite.running import Outcome

KNOWN = Listed(
    Tried("5.2.5", tests=3, verified=1),
    (Exceptional("A.", "B.", ("A001",), "too long", ("listed",)),),
)
GOOD = [
    Outcome("listed", False, False, "a is too long"),
    Outcome("plain", True, False),
    Outcome("aws", True, True),
]


def judged(*outcomes: Outcome, moto: str = "5.2.5") -> list[str]:
    """Complain of a run in which some outcomes are others than in the good one."""
    changed = {outcome.test: outcome for outcome in [*GOOD, *outcomes]}
    return complaints(list(changed.values()), KNOWN, {"A001"}, moto)


def test_a_good_run_has_no_complaint() -> None:
    """Listed ones fail, all others pass."""
    assert judged() == []


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (Outcome("listed", True, False), "listed: passes, but is listed as failing"),
        (
            Outcome("listed", False, False, "why"),
            "listed: is to fail by 'too long', but it was: why",
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
        "listed fails otherwise",
        "unlisted fails",
        "verified fails",
        "verified is listed",
    ],
)
def test_an_outcome_that_is_not_as_listed(outcome: Outcome, complaint: str) -> None:
    """Each of the ways to differ is told, by the test's name; nothing excuses a verified one."""
    assert complaint in judged(outcome)


def test_a_listed_test_must_be_there() -> None:
    """An entry for a test that moto does not have excuses nothing."""
    assert complaints(GOOD[1:], KNOWN, {"A001"}, "5.2.6") == [
        "listed: is listed, but moto 5.2.6 has no such test"
    ]


def test_a_fact_must_be_there() -> None:
    """The run itself refuses an entry that names no existing fact."""
    assert complaints(GOOD, KNOWN, set(), "5.2.5") == ["listed: there is no fact A001"]


def test_the_counts_are_those_of_the_version() -> None:
    """What the page says of its version is held to the run; another one may have more tests."""
    more = Outcome("more", True, True)
    counted = "moto 5.2.5 has 4 tests, 2 verified on AWS, but the list says 3 and 1"
    assert judged(more) == [counted]
    assert judged(more, moto="5.2.6") == []


def test_the_summary_counts() -> None:
    """How many passed, and how many of those that count most."""
    said = "moto 5.2.5: 2 of 3 Cognito tests pass, of those verified on AWS 1 of 1"
    assert summary(GOOD, "5.2.5") == said

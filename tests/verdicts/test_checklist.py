"""The checks of the running test, from whichever thread they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import UnexpectedResult
from harness.verdicts.causes import cause_of_check
from harness.verdicts.checklist import check, collecting, note_check, words_decide
from harness.verdicts.verdict import Check, Verdict


def test_checks_in_threads_are_collected() -> None:
    """A test that asks a service in several threads has all their checks, and its own setting."""
    with collecting(words_decide=False) as checks, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: check(True, f"{number} was refused"), range(40)))
        decided = list(threads.map(lambda _: words_decide(), range(4)))
    assert len(checks) == 40
    assert decided == [False] * 4


def test_the_inner_test_has_its_own() -> None:
    """A test that runs inside another one notes nothing there, and ends with its block."""
    with collecting(words_decide=False) as outer:
        with collecting() as inner:
            assert words_decide()
            note_check(Check("inside", Verdict.HOLDS))
        assert not words_decide()
        note_check(Check("outside", Verdict.HOLDS))
    assert [noted.statement for noted in inner] == ["inside"]
    assert [noted.statement for noted in outer] == ["outside"]


def test_statement_says_what_must_hold() -> None:
    """A check says what must not happen, whether it happened or not; the failure says it did."""
    with collecting() as checks:
        check(True, "an unknown device was taken")
        with pytest.raises(UnexpectedResult, match=r"^an unknown device was taken$"):
            check(False, "an unknown device was taken")
    assert [noted.statement for noted in checks] == ["not: an unknown device was taken"] * 2
    assert cause_of_check(checks[1], []) == "an unknown device was taken"

"""Tests of the list of expected failures and of the page that is written from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fidelity.ledger import facts
from tests.moto_suite.expected_failures import ExpectedFailure, expected_failures, read
from tests.moto_suite.page import PAGE, render

ROOT = Path(__file__).parents[2]
_LIST = """
[tested]
moto = "5.2.5"
tests = 2
verified = 1

[[expected_failure]]
expects = "A."
cognito = "B."
facts = [{facts}]
error = "no"
file = "a.py"
tests = [{tests}]
"""


@pytest.mark.parametrize("entry", expected_failures().entries, ids=lambda entry: entry.expects[:60])
def test_an_entry_has_reasons(entry: ExpectedFailure) -> None:
    """Each entry says in sentences what moto expects and what Cognito does."""
    for text in (entry.expects, entry.cognito):
        assert len(text) > 10
        assert text.endswith((".", ".`"))


def test_the_list_has_no_mistakes() -> None:
    """Every entry names existing facts, and no test is listed twice."""
    assert expected_failures().mistakes(facts()) == []


@pytest.mark.parametrize(
    ("named", "tests", "mistake"),
    [
        ("", '"test_a"', "a.py::test_a: names no fact about Cognito"),
        ('"A900"', '"test_a"', "a.py::test_a: there is no fact A900"),
        ('"A001"', '"test_a", "test_a"', "a.py::test_a: is listed twice"),
        ('"A001"', "", "the entry without tests (A.): excuses no test"),
        ('"A001"', '"test_a"', None),
    ],
    ids=["no fact", "unknown fact", "twice", "no test", "sound"],
)
def test_mistakes_are_found(named: str, tests: str, mistake: str | None) -> None:
    """Each kind of mistake is found, so that the test above means something."""
    known = read(_LIST.format(facts=named, tests=tests))
    assert known.mistakes(facts()) == ([] if mistake is None else [mistake])


def test_the_page_is_up_to_date() -> None:
    """``docs/moto-suite.md`` matches the list."""
    fresh = render(expected_failures(), facts())
    assert PAGE.read_text(encoding="utf-8") == fresh, "run: python -m tests.moto_suite.page"


def test_the_gate_runs_the_version_that_the_list_is_for() -> None:
    """CI pins the version, so that a new release of moto with other tests cannot break it."""
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert f"moto[cognitoidp]=={expected_failures().tested.moto}\n" in tox

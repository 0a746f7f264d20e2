"""The ledger is fresh, and says nothing that the tests do not."""

from __future__ import annotations

import ast

from tests.fidelity.choices import CHOICES, SETTLED
from tests.fidelity.ledger import PAGE, Ledger, _of_module, choice_id, render
from tests.fidelity.scope import OUT_OF_SCOPE, PARTLY


def test_the_page_is_fresh() -> None:
    """``docs/fidelity.md`` is what the facts and marks give now."""
    fresh = render(Ledger.taken())
    assert PAGE.read_text(encoding="utf-8") == fresh, "run: python -m tests.fidelity"


def test_marks_name_facts_that_there_are() -> None:
    """A mark with a wrong id would prove nothing."""
    ledger = Ledger.taken()
    there = {*ledger.facts, *map(choice_id, CHOICES)}
    unknown = {fact: tests for fact, tests in ledger.tests.items() if fact not in there}
    assert not unknown


def test_out_of_scope_is_a_fact_without_proof_and_with_a_reason() -> None:
    """What is out of scope is a fact, has a reason, and is not proven all the same."""
    ledger = Ledger.taken()
    assert set(OUT_OF_SCOPE) <= set(ledger.facts)
    assert all(len(reason) > 10 for reason in OUT_OF_SCOPE.values())
    assert not set(OUT_OF_SCOPE) & set(ledger.tests)


def test_what_is_proven_in_part_says_what_is_missing() -> None:
    """It is a fact in scope, has a proof for the rest, and names what is left out."""
    ledger = Ledger.taken()
    assert set(PARTLY) <= set(ledger.proven)
    assert all(len(reason) > 10 for reason in PARTLY.values())


def test_what_is_not_known_is_chosen() -> None:
    """Facts that are unknown or in conflict are settled, and choices belong to facts in scope."""
    ledger = Ledger.taken()
    open_ones = {fact.id for fact in ledger.facts.values() if fact.level in ("unknown", "conflict")}
    assert open_ones - set(OUT_OF_SCOPE) <= set(SETTLED)
    assert set(SETTLED) <= set(ledger.proven)


def test_every_choice_is_held_to() -> None:
    """Each numbered choice has a test, but for the last, which is about sources."""
    ledger = Ledger.taken()
    assert [n for n in CHOICES if choice_id(n) not in ledger.tests] == [max(CHOICES)]


def test_most_facts_in_scope_are_proven() -> None:
    """At least 95 per cent of the facts in scope are proven, and nothing of them left out."""
    ledger = Ledger.taken()
    assert ledger.percentage >= 95, [f for f in ledger.in_scope if f not in ledger.tests]


def test_marks_are_found_wherever_they_stand() -> None:
    """Marks of functions, classes, modules and parameters all count, on tests only."""
    source = """
import pytest
pytestmark = pytest.mark.fact("A001")

@pytest.mark.fact("A002", "A003")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.fact("A004"))])
def test_one(x): ...

@pytest.mark.fact("A005")
class TestTwo:
    @pytest.mark.fact("A006")
    def test_three(self): ...

@pytest.mark.fact("A007")
def helper(): ...
"""
    found = list(_of_module(ast.parse(source), "tests/test_x.py"))
    assert [(proof.fact, proof.test) for proof in found] == [
        ("A001", "tests/test_x.py::test_one"),
        ("A002", "tests/test_x.py::test_one"),
        ("A003", "tests/test_x.py::test_one"),
        ("A004", "tests/test_x.py::test_one"),
        ("A001", "tests/test_x.py::TestTwo::test_three"),
        ("A005", "tests/test_x.py::TestTwo::test_three"),
        ("A006", "tests/test_x.py::TestTwo::test_three"),
    ]


def test_the_choices_are_numbered_without_a_gap() -> None:
    """The choices are the numbered list that code and documentation refer to."""
    assert list(CHOICES) == list(range(1, len(CHOICES) + 1))

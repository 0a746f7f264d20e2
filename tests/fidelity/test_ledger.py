"""Tests of the ledger: it is up to date and matches the tests."""

from __future__ import annotations

import ast
import re

from tests.fidelity.choices import CHOICES, SETTLED_FACTS, SETTLED_LATER, SUPERSEDED
from tests.fidelity.ledger import (
    EVIDENCE,
    PAGE,
    SHIPPED,
    Ledger,
    _of_module,
    choice_id,
    facts,
    render,
    shipped,
)
from tests.fidelity.scope import OUT_OF_SCOPE, PROVEN_IN_PART


def test_the_page_is_up_to_date() -> None:
    """``docs/fidelity.md`` matches the facts and the marks."""
    fresh = render(Ledger.from_sources())
    assert PAGE.read_text(encoding="utf-8") == fresh, "run: python -m tests.fidelity"


def test_the_texts_of_the_package_are_up_to_date() -> None:
    """The package has the same facts with it, apart from those that explain the sources."""
    fresh = shipped(facts().values())
    assert SHIPPED.read_text(encoding="utf-8") == fresh, "run: python -m tests.fidelity"


def test_marks_name_existing_facts() -> None:
    """A mark with an unknown id proves nothing."""
    ledger = Ledger.from_sources()
    known = {*ledger.facts, *map(choice_id, CHOICES)}
    unknown = {fact: tests for fact, tests in ledger.tests.items() if fact not in known}
    assert not unknown


def test_a_fact_out_of_scope_has_a_reason_and_no_proof() -> None:
    """Every id out of scope is a fact, has a reason, and has no test."""
    ledger = Ledger.from_sources()
    assert set(OUT_OF_SCOPE) <= set(ledger.facts)
    assert all(len(reason) > 10 for reason in OUT_OF_SCOPE.values())
    assert not set(OUT_OF_SCOPE) & set(ledger.tests)


def test_a_superseded_fact_names_what_wins_and_has_no_proof() -> None:
    """Every superseded fact has no test and names a fact in scope that wins."""
    ledger = Ledger.from_sources()
    assert set(SUPERSEDED) <= set(ledger.facts)
    assert not set(SUPERSEDED) & {*ledger.tests, *OUT_OF_SCOPE}
    for fact, text in SUPERSEDED.items():
        winners = set(re.findall(r"[ADHJMNT]\d{3}[a-z]?", text)) - {fact}
        assert winners & set(ledger.proven), fact


def test_a_fact_that_was_settled_later_is_proven() -> None:
    """Every fact that another one settles or narrows is in scope and has a test."""
    assert set(SETTLED_LATER) <= set(Ledger.from_sources().proven)


def test_facts_are_counted_by_their_evidence() -> None:
    """Every level is known, and the counts of all levels add up to those of the page."""
    ledger = Ledger.from_sources()
    assert {fact.level for fact in ledger.facts.values()} <= set(EVIDENCE)
    tallies = ledger.by_level().values()
    assert sum(tally.in_scope for tally in tallies) == len(ledger.in_scope)
    assert sum(tally.proven for tally in tallies) == len(ledger.fully_proven)
    missing = [fact for fact in ledger.in_scope if fact not in ledger.tests]
    assert sum(tally.not_proven for tally in tallies) == len(missing)


def test_a_fact_proven_in_part_says_what_is_missing() -> None:
    """Every fact proven in part is in scope, has a test, and names what is not covered."""
    ledger = Ledger.from_sources()
    assert set(PROVEN_IN_PART) <= set(ledger.proven)
    assert all(len(reason) > 10 for reason in PROVEN_IN_PART.values())


def test_an_unknown_fact_has_a_choice() -> None:
    """Unknown and conflicting facts in scope have a choice, and each choice has a proven fact."""
    ledger = Ledger.from_sources()
    open_ones = {fact.id for fact in ledger.facts.values() if fact.level in ("unknown", "conflict")}
    assert open_ones - set(OUT_OF_SCOPE) <= set(SETTLED_FACTS)
    assert set(SETTLED_FACTS) <= set(ledger.proven)


def test_every_choice_has_a_test() -> None:
    """Each numbered choice has a test, except the last, which is about sources."""
    ledger = Ledger.from_sources()
    assert [n for n in CHOICES if choice_id(n) not in ledger.tests] == [max(CHOICES)]


def test_most_facts_in_scope_are_proven() -> None:
    """At least 95 percent of the facts in scope are fully proven."""
    ledger = Ledger.from_sources()
    assert ledger.percentage >= 95, [f for f in ledger.in_scope if f not in ledger.tests]


def test_marks_are_found_everywhere() -> None:
    """Marks on functions, classes, modules and parameters count, but only on tests."""
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


def test_the_choices_are_numbered_without_gaps() -> None:
    """Code and documentation refer to the choices by their numbers."""
    assert list(CHOICES) == list(range(1, len(CHOICES) + 1))

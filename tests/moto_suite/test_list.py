"""The list of moto's tests that do not pass names facts that there are, and its page is fresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fidelity.ledger import facts
from tests.moto_suite.listed import Exceptional, listed, read
from tests.moto_suite.page import PAGE, render

ROOT = Path(__file__).parents[2]
_LIST = """
[tried]
moto = "5.2.5"
tests = 2
verified = 1

[[exceptional]]
asks = "A."
cognito = "B."
facts = [{facts}]
says = "no"
file = "a.py"
tests = [{tests}]
"""


@pytest.mark.parametrize("entry", listed().entries, ids=lambda entry: entry.asks[:60])
def test_an_entry_has_reasons(entry: Exceptional) -> None:
    """Each says in sentences what moto expects and what Cognito does."""
    for text in (entry.asks, entry.cognito):
        assert len(text) > 10
        assert text.endswith((".", ".`"))


def test_the_list_has_no_mistakes() -> None:
    """Every entry names facts that there are, and no test stands there twice."""
    assert listed().mistakes(facts()) == []


@pytest.mark.parametrize(
    ("named", "tests", "mistake"),
    [
        ("", '"test_a"', "a.py::test_a: names no fact about Cognito"),
        ('"A900"', '"test_a"', "a.py::test_a: there is no fact A900"),
        ('"A001"', '"test_a", "test_a"', "a.py::test_a: is listed twice"),
        ('"A001"', "", "the entry without tests (A.): excuses nothing"),
        ('"A001"', '"test_a"', None),
    ],
    ids=["no fact", "unknown fact", "twice", "no test", "sound"],
)
def test_mistakes_are_found(named: str, tests: str, mistake: str | None) -> None:
    """The test above sees what it looks for."""
    known = read(_LIST.format(facts=named, tests=tests))
    assert known.mistakes(facts()) == ([] if mistake is None else [mistake])


def test_the_page_is_fresh() -> None:
    """``docs/moto-suite.md`` is what the list gives now."""
    fresh = render(listed(), facts())
    assert PAGE.read_text(encoding="utf-8") == fresh, "run: python -m tests.moto_suite.page"


def test_the_gate_runs_the_version_that_the_list_is_for() -> None:
    """A later moto may have other tests; the gate must not fail by a release of somebody else's."""
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert f"moto[cognitoidp]=={listed().tried.moto}\n" in tox

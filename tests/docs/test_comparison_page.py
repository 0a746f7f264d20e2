"""Tests that docs/comparison.md claims nothing without evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.support.sources import ROOT

_PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
_ENTRY = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_KINDS = ("*measured*", "*documented*", "*reported*", "*read in source*", "*measured and ")


def cells() -> Iterator[str]:
    """Yield the cells of both tables, without the first column and the headings."""
    for line in _PAGE.splitlines():
        if line.startswith("| ") and not line.startswith("| |"):
            yield from (cell.strip() for cell in line.strip("|").split("|")[1:])


def evidence() -> dict[int, str]:
    """Return the entries of the last section by their numbers."""
    return {int(number): text for number, text in _ENTRY.findall(_PAGE.split("## Evidence")[1])}


def test_a_cell_has_evidence_or_says_that_nobody_knows() -> None:
    """Each cell names an entry, or is a question mark; our own license and pages speak for us."""
    known = evidence()
    for cell in cells():
        numbers = [int(number) for number in re.findall(r"\[(\d+)\]\(#evidence\)", cell)]
        own = cell.startswith(("nothing, Apache-2.0", "[as Python callables]"))
        assert cell == "?" or own or numbers, cell
        assert set(numbers) <= set(known), cell


def test_an_entry_says_what_it_rests_on() -> None:
    """Each says how it is known, and links to a page, or to where others have published it."""
    for number, text in evidence().items():
        assert text.startswith(_KINDS), number
        assert re.search(r"\]\((https://|\w+[\w/]*\.md)|the page of|at `\w+` and", text), number


def test_every_entry_is_used() -> None:
    """No evidence is left over from an earlier table."""
    used = {int(number) for cell in cells() for number in re.findall(r"\[(\d+)\]", cell)}
    assert used == set(evidence())


def test_the_numbers_are_those_of_the_measurement() -> None:
    """How many variants hold is as docs/conformance.md has it."""
    page = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (moto|ministack|cognito-local) [\d.]+ \|(.*)\|$", page, re.MULTILINE)
    assert len(rows) == 3
    for _, row in rows:
        numbers = [int(cell) for cell in row.split("|")]
        assert f"{numbers[0]} of {sum(numbers):,} [2]" in _PAGE

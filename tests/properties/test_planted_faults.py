"""Tests that the state machine finds planted faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.properties.fault import Fault
from tests.properties.faults import FAULTS
from tests.properties.model.rules import Finding
from tests.properties.searching import hunt, machine

PAGE = Path(__file__).parents[2] / "docs" / "proof.md"

#: The maximum number of sequences; most faults are found within a hundred.
MOST = 2_000


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search ends with a breach of the rule that the fault is about."""
    fault.plant(monkeypatch)
    with pytest.raises(Finding) as found:
        hunt(machine(fault.seed), MOST)
    assert fault.breaks in found.value.broken


def test_the_page_names_every_fault() -> None:
    """docs/proof.md lists the planted faults."""
    rows = "\n".join(f"| `{fault.name}` | {fault.what} |" for fault in FAULTS)
    assert rows in PAGE.read_text(encoding="utf-8")

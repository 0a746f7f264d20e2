"""The state machine finds what is wrong: faults are planted, and it has to see each."""

from __future__ import annotations

import pytest

from .faults import FAULTS, Fault
from .model.rules import Finding
from .searching import hunt, machine

#: How long the search may take; most faults are found within a hundred sequences.
MOST = 2_000


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_found(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search ends with a breach of the very rule that the fault is about."""
    fault.plant(monkeypatch)
    with pytest.raises(Finding) as found:
        hunt(machine(fault.seed), MOST)
    assert fault.breaks in found.value.broken

"""The benchmark of the slots measures something."""

from __future__ import annotations

from benchmarks.slots import rate


def test_processes_take_slots() -> None:
    """Two processes take slots of one file."""
    assert rate(2, 20) > 0

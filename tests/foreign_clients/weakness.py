"""A check to remove from the emulator, and the step at which a client must fail without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.properties.faults import FAULTS

__all__ = ["PLANTED", "Weakness"]

#: The faults of the random sequences of requests, by name.
PLANTED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    fault.name: fault.plant for fault in FAULTS
}


@dataclass(frozen=True)
class Weakness:
    """A missing check: how to remove it, and the step that must notice."""

    name: str
    plant: Callable[[pytest.MonkeyPatch], None]
    noticed_at: str

    def __str__(self) -> str:
        """Return the name, for the id of a test."""
        return self.name

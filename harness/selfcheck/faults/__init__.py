"""The faults, by area."""

from __future__ import annotations

from harness.selfcheck.fault import Fault
from harness.selfcheck.faults import passwords, sign_up

__all__ = ["FAULTS"]

FAULTS: tuple[Fault, ...] = (
    *sign_up.FAULTS,
    *passwords.FAULTS,
)

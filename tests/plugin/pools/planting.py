"""A plugin for runs of scenarios on a wrong Cognito: it plants the fault that the run names."""

from __future__ import annotations

import importlib
import os

import pytest

from harness.emulator.domain import contacts
from harness.selfcheck.faults import FAULTS
from harness.selfcheck.planting import Planter

__all__ = ["FAULT", "NUMBER_IN_FULL"]

#: The variable that names the fault.
FAULT = "TESTED_FAULT"
#: A fault that shows only where codes come by SMS, so `cognito-harness selfcheck` cannot plant it.
NUMBER_IN_FULL = "number-in-full"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Plant the fault, once the modules of the emulator are loaded."""
    importlib.import_module("harness.emulator.moto_backend.models")
    planter, name = Planter(), os.environ[FAULT]
    if name == NUMBER_IN_FULL:
        planter.function(contacts.mask_phone, lambda _: lambda number: number)
        return
    (fault,) = (each for each in FAULTS if each.id == name)
    fault.plant(planter)

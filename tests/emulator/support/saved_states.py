"""Exporting and importing states, with clocks that stand still."""

from __future__ import annotations

import json
from typing import Any

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.state import export_state, import_state
from tests.emulator.support.expect import START

#: The machine's clock, a day behind the emulator's.
MACHINE = VirtualClock(START - 86_400, frozen=True)


def exported(engine: Engine, *, secrets: bool = True) -> Any:
    """Return the state as read from a file."""
    document = export_state(engine, secrets=secrets, machine=MACHINE)
    return json.loads(json.dumps(document))


def imported(document: Any, seed: int | None = 1) -> Engine:
    """Return a fresh engine with the given state."""
    clock = VirtualClock(START - 86_400, frozen=True)
    engine = Engine(clock=clock, settings=EmulatorSettings(seed=seed))
    import_state(engine, document, machine=MACHINE)
    return engine


def restart(engine: Engine, *, secrets: bool = True) -> Engine:
    """Return an engine with the same state, as after a restart."""
    return imported(exported(engine, secrets=secrets))

"""What the tests of states share: clocks that stand, and a state's way through JSON."""

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
    """The state as it comes out of a file."""
    document = export_state(engine, secrets=secrets, machine=MACHINE)
    return json.loads(json.dumps(document))


def another(document: Any, seed: int | None = 1) -> Engine:
    """A fresh engine with that state."""
    clock = VirtualClock(START - 86_400, frozen=True)
    engine = Engine(clock=clock, settings=EmulatorSettings(seed=seed))
    import_state(engine, document, machine=MACHINE)
    return engine


def moved(engine: Engine, *, secrets: bool = True) -> Engine:
    """The engine after a restart."""
    return another(exported(engine, secrets=secrets))

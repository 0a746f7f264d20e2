"""An engine whose calls are logged, for walkers, which call operations directly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from harness.clock import VirtualClock
from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.refusals import Refusal
from harness.emulator.stores.outbox import Outbox


@dataclass
class OverTheWire:
    """An engine that records its calls, as it does for real clients."""

    engine: Engine

    @property
    def clock(self) -> VirtualClock:
        """The engine's time."""
        return self.engine.clock

    @property
    def outbox(self) -> Outbox:
        """What the engine sent."""
        return self.engine.outbox

    def call(self, operation: str, params: dict[str, Any], caller: Caller | None = None) -> Any:
        """Run an operation as if it came over HTTP."""
        body = json.dumps(params).encode()
        given = answer(self.engine, TARGET_PREFIX + operation, body, caller or Caller())
        members = json.loads(given.body)
        if given.status != 200:
            raise Refusal(members["__type"], members["message"], given.status)
        return members

"""The engine: the service, and the way into every operation."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Caller, Request, under_way
from harness.emulator.operations.quota_subject import subject_of
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.service import Service
from harness.emulator.state.files import StateFile

__all__ = ["Caller", "Engine", "Request"]


class Engine(Service):
    """Carries out operations, once planned faults and quotas let them pass.

    Attributes:
        state_file: where the state is kept when it is asked for, if anywhere.
    """

    state_file: StateFile | None = None

    def call(self, operation: str, params: dict[str, Any], caller: Caller | None = None) -> Any:
        """Carry out one operation and return its result; raise `Refusal` as Cognito refuses."""
        handler = OPERATIONS.get(operation)
        if handler is None:
            raise refusals.unknown_operation()
        request = Request(operation, params, caller or Caller())
        if self.faults.planned:
            self.faults.strike(operation)
        if self.quotas.enabled:
            subject = subject_of(self, request)
            now = self.clock.time()
            self.quotas.spend(operation, subject.caller, now, subject.pool_id, subject.user)
        with under_way(request):
            return handler(self, request)

"""The engine: the service, and the call of its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.api.request import Caller, Request, under_way
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.service import Service

if TYPE_CHECKING:
    from harness.emulator.state.files import StateFile

__all__ = ["Caller", "Engine", "Request"]


class Engine(Service):
    """Carries out operations, after planned faults and quotas.

    Attributes:
        state_file: the file that the state is saved in; ``None`` without one.
    """

    state_file: StateFile | None = None

    def call(self, operation: str, params: dict[str, Any], caller: Caller | None = None) -> Any:
        """Carry out one operation and return its result.

        Raises:
            Refusal: the error that Cognito would return, or a planned fault.
        """
        handler = OPERATIONS.get(operation)
        if handler is None:
            raise refusals.unknown_operation()
        request = Request(operation, params, caller or Caller())
        self.admit(request)
        with under_way(request):
            return handler(self, request)

    def admit(self, request: Request) -> None:
        """Let planned faults strike a request, count it against the quotas, and do what is due.

        The pages of managed login call this for the steps of a sign-in, which they take without an
        operation.

        Raises:
            Refusal: a planned fault, or TooManyRequestsException.
        """
        operation = request.operation
        # Only if there is something to do: most calls then enter neither file.
        if self.faults.planned:
            self.faults.strike(operation)
        if self.quotas.enabled:
            # Few emulators have quotas, and this needs the pools, which nothing else here does.
            from harness.emulator.operations.quota_subject import subject_of

            subject = subject_of(self, request)
            now = self.clock.time()
            self.quotas.spend(operation, subject.caller, now, subject.pool_id, subject.user)
        if self.imports_run:
            # Few emulators ever have a user import job.
            from harness.emulator.rules.user_import import advance_due

            advance_due(self)

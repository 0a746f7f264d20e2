"""Failures on purpose, planned in an emulator of this process or over its control surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.targets.control import ControlSurface

__all__ = ["EmulatorFaults", "Faults", "ServedFaults"]


class Faults(Protocol):
    """Lets operations fail that would do what they are asked to."""

    def plan(
        self,
        operation: str,
        *,
        code: str = "InternalErrorException",
        message: str = "Internal error",
        status: int = 500,
        times: int | None = 1,
    ) -> None:
        """Let the next calls of an operation fail.

        Args:
            operation: Cognito's name of it, such as ``InitiateAuth``.
            code: the error that is answered.
            message: its text.
            status: its HTTP status.
            times: how many calls fail; ``None`` for all, until :meth:`clear`.
        """
        ...

    def clear(self) -> None:
        """Plan nothing any more."""
        ...


class EmulatorFaults:
    """The faults of an emulator in this process."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def plan(
        self,
        operation: str,
        *,
        code: str = "InternalErrorException",
        message: str = "Internal error",
        status: int = 500,
        times: int | None = 1,
    ) -> None:
        """See :meth:`Faults.plan`."""
        from harness.emulator.stores.faults import Fault

        self._emulator.faults.plan(Fault(operation, code, message, status, times))

    def clear(self) -> None:
        """See :meth:`Faults.clear`."""
        self._emulator.faults.clear()


class ServedFaults:
    """The faults of a served emulator."""

    def __init__(self, control: ControlSurface) -> None:
        self._control = control

    def plan(
        self,
        operation: str,
        *,
        code: str = "InternalErrorException",
        message: str = "Internal error",
        status: int = 500,
        times: int | None = 1,
    ) -> None:
        """See :meth:`Faults.plan`."""
        self._control.plan_fault(
            {
                "operation": operation,
                "code": code,
                "message": message,
                "status": status,
                "times": times,
            }
        )

    def clear(self) -> None:
        """See :meth:`Faults.clear`."""
        self._control.plan_fault({"clear": True})

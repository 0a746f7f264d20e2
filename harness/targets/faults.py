"""Failures on purpose, planned in an emulator of this process or over its control surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.targets.control import ControlSurface

__all__ = ["EmulatorFaults", "Faults", "ServedFaults"]


class Faults(Protocol):
    """Makes operations fail that would otherwise succeed.

    A class that inherits from it only says how a fault reaches its emulator.
    """

    def plan(
        self,
        operation: str,
        *,
        code: str = "InternalErrorException",
        message: str = "Internal error",
        status: int = 500,
        times: int | None = 1,
    ) -> None:
        """Make the next calls of an operation fail.

        Args:
            operation: name of the operation in Cognito's API, such as ``InitiateAuth``.
            code: error code of the response.
            message: text of the error.
            status: HTTP status of the response.
            times: how many calls fail; ``None`` means all until :meth:`clear`.
        """
        self.send(
            {
                "operation": operation,
                "code": code,
                "message": message,
                "status": status,
                "times": times,
            }
        )

    def clear(self) -> None:
        """Cancel all planned failures."""
        ...

    def send(self, fault: Mapping[str, Any]) -> None:
        """Hand a planned failure to the emulator; its members are the arguments of :meth:`plan`."""
        ...


class EmulatorFaults(Faults):
    """The faults of an emulator in this process."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def clear(self) -> None:
        """Cancel all planned failures."""
        self._emulator.faults.clear()

    def send(self, fault: Mapping[str, Any]) -> None:
        """Plan the failure in the emulator."""
        # Imported here, since targets import the emulator only after they are started.
        from harness.emulator.stores.faults import Fault

        self._emulator.faults.plan(Fault(**fault))


class ServedFaults(Faults):
    """The faults of a served emulator."""

    def __init__(self, control: ControlSurface) -> None:
        self._control = control

    def clear(self) -> None:
        """Cancel all planned failures."""
        self._control.plan_fault({"clear": True})

    def send(self, fault: Mapping[str, Any]) -> None:
        """Plan the failure over the control surface."""
        self._control.plan_fault(fault)

"""Failures on purpose, planned in an emulator of this process or over its control surface."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from harness.users.mailboxes.base import POLL_SECONDS

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.emulator.stores.fault_profile import FaultProfile
    from harness.targets.control import ControlSurface

__all__ = [
    "EmulatorFaults",
    "Faults",
    "ServedFaults",
    "check_faults",
    "longest_wait",
    "look_every",
]

_SETTING = "--cognito-faults"
#: Steps in which a clock is moved until a late email is there.
_LOOKS = 20


class Faults(Protocol):
    """Makes operations fail that would otherwise succeed.

    A class that inherits from it only says how a fault reaches its emulator.

    Attributes:
        has_profile: whether a profile was set here, or the one before turned off.
    """

    has_profile: bool = False

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

    def set_profile(self, profile: str | None) -> None:
        """Let shares of the calls, answers and emails go wrong from now on.

        It takes the place of the profile before, such as one that the emulator was started with,
        until :meth:`clear`.

        Args:
            profile: the compact form, such as ``throttle@InitiateAuth:0.1,slow:0.05:200-800``, or
                the name of a ``.toml`` file here; ``None`` turns the profile off.

        Raises:
            HarnessError: the profile cannot be used.
        """
        if not self.has_profile:
            self.keep_profile()
        self.send_profile(profile)
        self.has_profile = True

    def clear(self) -> None:
        """Cancel all planned failures, and set the profile again that was there before."""
        ...

    def keep_profile(self) -> None:
        """Remember the profile of the emulator, for :meth:`clear`."""
        ...

    def send_profile(self, profile: str | None) -> None:
        """Hand a profile to the emulator."""
        ...

    def send(self, fault: Mapping[str, Any]) -> None:
        """Hand a planned failure to the emulator; its members are the arguments of :meth:`plan`."""
        ...


class EmulatorFaults(Faults):
    """The faults of an emulator in this process."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._before: FaultProfile | None = None

    def clear(self) -> None:
        """Cancel all planned failures, and set the profile again that was there before."""
        self._emulator.faults.clear()
        if self.has_profile:
            self._emulator.faults.set_profile(self._before)
            self.has_profile = False

    def keep_profile(self) -> None:
        """Remember the profile of the emulator, for :meth:`clear`."""
        self._before = self._emulator.faults.profile

    def send_profile(self, profile: str | None) -> None:
        """Set the profile of the emulator."""
        self._emulator.faults.set_profile(profile)

    def send(self, fault: Mapping[str, Any]) -> None:
        """Plan the failure in the emulator."""
        # Imported here, since targets import the emulator only after they are started.
        from harness.emulator.stores.faults import Fault

        self._emulator.faults.plan(Fault(**fault))


class ServedFaults(Faults):
    """The faults of a served emulator."""

    def __init__(self, control: ControlSurface) -> None:
        self._control = control
        self._before: str | None = None

    def clear(self) -> None:
        """Cancel all planned failures, and set the profile again that was there before.

        Its draws begin again with its seed.
        """
        self._control.plan_fault({"clear": True})
        if self.has_profile:
            self._control.plan_fault({"profile": self._before})
            self.has_profile = False

    def keep_profile(self) -> None:
        """Remember the profile of the emulator, for :meth:`clear`."""
        self._before = self._control.fault_profile()

    def send_profile(self, profile: str | None) -> None:
        """Set the profile over the control surface; a file is read here."""
        given: str | Mapping[str, Any] | None = profile
        if profile is not None and profile.strip().lower().endswith(".toml"):
            # Imported here, since most targets need no file.
            from harness.emulator.stores.fault_profile_text import members_of_file, profile_of

            path = Path(profile.strip()).expanduser()
            given = members_of_file(path, "profile")
            profile_of(given, "profile", source=str(path))  # names the file in its errors
        self._control.plan_fault({"profile": given})

    def send(self, fault: Mapping[str, Any]) -> None:
        """Plan the failure over the control surface."""
        self._control.plan_fault(fault)


def check_faults(profile: str | None) -> None:
    """Check that the fault profile of the settings can be used.

    Raises:
        ConfigurationError: it cannot be used.
    """
    if profile is not None:
        # Imported here, since most runs have no faults.
        from harness.emulator.stores.fault_profile_text import read_profile

        read_profile(profile, _SETTING)


def longest_wait(profile: str | None) -> float:
    """Return how many seconds later than without the profile an email may come."""
    if profile is None:
        return 0.0
    from harness.emulator.stores.fault_profile_text import read_profile

    found = read_profile(profile, _SETTING)
    rules = () if found is None else found.rules
    return max((rule.most for rule in rules if rule.kind == "email-late"), default=0.0)


def look_every(late_seconds: float) -> float:
    """Return the time between two looks for an email that is so much later at most."""
    return max(POLL_SECONDS, late_seconds / _LOOKS)

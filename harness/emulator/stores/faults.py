"""Planned faults: an operation fails with a given error, a given number of times.

A fault profile, which strikes by share and in other ways too, is beside them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from threading import Lock

from harness.emulator.api.service_model import is_operation, service_model
from harness.emulator.refusals import Refusal
from harness.emulator.stores.fault_profile import FaultProfile
from harness.emulator.stores.profile_end import ProfileEnd

#: The name of an operation or of an error.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass
class Fault:
    """A planned error of an operation.

    Attributes:
        code: the code of the error.
        message: the text of the error.
        status: the HTTP status of the error.
        times: how many calls fail; ``None`` means all.
        probability: the share of calls that fail, drawn from the seeded generator.
    """

    operation: str
    code: str = "InternalErrorException"
    message: str = "Internal error"
    status: int = 500
    times: int | None = 1
    probability: float = 1.0


class PlannedFaults:
    """The planned faults of one emulator.

    Attributes:
        planned: the faults that still apply, in the order of planning.
        profile: the fault profile; ``None`` without one.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._lock = Lock()
        self._seed = seed
        self.planned: list[Fault] = []
        self.profile: FaultProfile | None = None

    def plan(self, fault: Fault) -> None:
        """Make an operation fail.

        Raises:
            ValueError: Cognito does not have the operation, the code is not a name, the status is
                not that of an error, ``probability`` is not above 0 and at most 1, or ``times``
                is below 1.
        """
        _check_error(fault)
        if not _is_number(fault.probability) or not 0 < fault.probability <= 1:
            raise ValueError(
                f"probability is {fault.probability!r}; it must be above 0 and at most 1"
            )
        if fault.times is not None and (not _is_integer(fault.times) or fault.times < 1):
            raise ValueError(f"times is {fault.times!r}; it must be at least 1, or null for always")
        with self._lock:
            self.planned.append(fault)

    def clear(self) -> None:
        """Cancel every planned fault."""
        with self._lock:
            self.planned.clear()

    def set_profile(self, profile: FaultProfile | str | None) -> None:
        """Let a profile strike from now on, in place of the one before; ``None`` turns it off.

        Args:
            profile: the profile, its compact form, or the name of its file.

        Raises:
            ConfigurationError: there is no such profile.
        """
        if isinstance(profile, str):
            # Most emulators have no profile, and need no reader of TOML.
            from harness.emulator.stores.fault_profile_text import read_profile

            profile = read_profile(profile, "faults", self._seed)
        with self._lock:
            over = self._renew_end()
            self.profile = profile
        if over is not None:
            over.come()

    def in_force(self) -> tuple[FaultProfile, ProfileEnd] | None:
        """Return the profile together with the end that its answers wait for."""
        with self._lock:
            return None if self.profile is None else (self.profile, self.profile.over)

    def let_go(self) -> None:
        """Send what the profile holds back, and let the calls go on that wait for it."""
        with self._lock:
            over = self._renew_end()
        if over is not None:
            over.come()

    def _renew_end(self) -> ProfileEnd | None:
        """Return the end of the profile that is to come; later answers have another."""
        if self.profile is None:
            return None
        over, self.profile.over = self.profile.over, ProfileEnd()
        return over

    def strike(self, operation: str) -> None:
        """Raise the error of the first planned fault that applies to this call, if one does.

        Each fault of the operation is drawn separately, so that an unlikely one does not hide the
        faults planned after it.
        """
        with self._lock:
            fault = next((f for f in self.planned if self._strikes(f, operation)), None)
            if fault is None:
                return
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self.planned.remove(fault)
        raise Refusal(fault.code, fault.message, fault.status)

    def _strikes(self, fault: Fault, operation: str) -> bool:
        return fault.operation == operation and self._random.random() < fault.probability


def _check_error(fault: Fault) -> None:
    """Refuse a fault whose operation or error cannot exist."""
    if not _is_name(fault.operation) or not is_operation(fault.operation):
        raise ValueError(
            f"operation is {fault.operation!r}, which Cognito does not have{_near(fault)}"
        )
    if not _is_name(fault.code):
        raise ValueError(f"code is {fault.code!r}; it must be the name of an error")
    if not _is_text(fault.message):
        raise ValueError(f"message is {fault.message!r}; it must be text")
    if not _is_integer(fault.status) or not 400 <= fault.status <= 599:
        raise ValueError(f"status is {fault.status!r}; it must be from 400 to 599")


def _near(fault: Fault) -> str:
    import difflib  # with the first misspelled operation

    names = service_model().operation_names
    found = difflib.get_close_matches(str(fault.operation), names, n=1)
    return f"; did you mean {found[0]}?" if found else ""


# A fault may come from a JSON request, so its members can have any type.
def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, float) or _is_integer(value)

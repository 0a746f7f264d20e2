"""Faults on purpose: named operations fail with a given error, a counted number of times."""

from __future__ import annotations

import difflib
import random
import re
from dataclasses import dataclass
from threading import Lock

from harness.emulator.api.service_model import is_operation, service_model
from harness.emulator.refusals import Refusal

#: The name of an operation or of an error.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass
class Fault:
    """A planned failure of an operation.

    Attributes:
        code, message, status: the error that is answered.
        times: how many calls it strikes; ``None`` means every one.
        probability: the share of calls it strikes, drawn from the seeded generator.
    """

    operation: str
    code: str = "InternalErrorException"
    message: str = "Internal error"
    status: int = 500
    times: int | None = 1
    probability: float = 1.0


class Faults:
    """The planned failures of one emulator; nothing fails unless asked for.

    Attributes:
        planned: the faults that are still to come, in the order of planning.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._lock = Lock()
        self.planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        """Let an operation fail.

        Raises:
            ValueError: the plan makes no sense: an operation that Cognito does not have, a code
                that is not a name, a status that is not an error's, a ``probability`` outside 0
                to 1, or ``times`` below 1.
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

    def strike(self, operation: str) -> None:
        """Raise the error of the first planned fault that strikes this call, if one does.

        Each fault of the operation draws for itself, so that an unlikely one does not hide those
        that were planned after it.
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
    """Whether the answer can be given as planned."""
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
    names = service_model().operation_names
    found = difflib.get_close_matches(str(fault.operation), names, n=1)
    return f"; did you mean {found[0]}?" if found else ""


# The members of a fault may come from outside, where nobody keeps to their types.
def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, float) or _is_integer(value)

"""Faults on purpose: named operations fail with a given error, a counted number of times."""

from __future__ import annotations

import random
from dataclasses import dataclass
from threading import Lock

from .refusals import Refusal


@dataclass
class Fault:
    """A planned failure of an operation.

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
    """The planned failures of one emulator; nothing fails unless asked for."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._lock = Lock()
        self._planned: list[Fault] = []

    @property
    def planned(self) -> list[Fault]:
        """The faults that are still to come."""
        return list(self._planned)

    def plan(self, fault: Fault) -> None:
        """Let an operation fail; ``probability`` must lie in 0 to 1 and ``times`` above 0."""
        if not 0 < fault.probability <= 1:
            raise ValueError(f"probability is {fault.probability}; allowed is above 0 up to 1")
        if fault.times is not None and fault.times < 1:
            raise ValueError(f"times is {fault.times}; allowed is 1 and more, or none for always")
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        """Plan nothing any more."""
        with self._lock:
            self._planned.clear()

    def strike(self, operation: str) -> None:
        """Raise the planned error for this call, if there is one."""
        if not self._planned:
            return
        with self._lock:
            fault = next((f for f in self._planned if f.operation == operation), None)
            if fault is None or self._random.random() >= fault.probability:
                return
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._planned.remove(fault)
        raise Refusal(fault.code, fault.message, fault.status)

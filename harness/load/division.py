"""Divides people and quotas among the workers of a load run, again when one comes or goes.

The workers first let go of everybody whom they use, and only then get their new parts. So no
person is used by two workers at once, and the parts of a quota never add up to more than the whole.
Messages can get lost while a worker starts, so they are repeated until they are confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

__all__ = ["HELD", "HOLD", "USE", "USING", "Division", "LoadPart"]

#: What the master asks, and what a worker confirms.
HOLD, HELD = "cognito-hold", "cognito-held"
USE, USING = "cognito-use", "cognito-using"

#: Sends a message with its data to a worker.
Send = Callable[[str, str, dict[str, Any]], object]


@dataclass(frozen=True)
class LoadPart:
    """One of ``count`` parts; the first has the index 0."""

    index: int
    count: int


class Division:
    """The master's side: knows the workers, and gives each its part.

    Args:
        send: sends a message (worker, type, data).
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._workers: tuple[str, ...] = ()
        # Counts the divisions, so that a late confirmation of an earlier one does not count.
        self._number = 0
        self._unconfirmed: set[str] = set()
        self._is_holding = False

    @property
    def is_settled(self) -> bool:
        """Whether every worker has confirmed its part."""
        return not self._unconfirmed and not self._is_holding

    def have(self, workers: Collection[str]) -> None:
        """Divide anew if these are not the same workers as before, and repeat what got lost.

        Args:
            workers: all workers that are there; call it again and again, as with each heartbeat.
        """
        if set(workers) == set(self._workers):
            for worker in sorted(self._unconfirmed):
                self._ask(worker)
            return
        self._workers = tuple(workers)
        self._number += 1
        self._begin(holding=True)

    def confirmed(self, worker: str, kind: str, number: int) -> None:
        """Note that a worker has done what it was asked."""
        if number != self._number or kind != (HELD if self._is_holding else USING):
            return
        self._unconfirmed.discard(worker)
        if self._is_holding and not self._unconfirmed:
            self._begin(holding=False)

    def _begin(self, *, holding: bool) -> None:
        self._is_holding = holding
        self._unconfirmed = set(self._workers)
        for worker in self._workers:
            self._ask(worker)

    def _ask(self, worker: str) -> None:
        if self._is_holding:
            self._send(worker, HOLD, {"number": self._number})
            return
        part = {"index": self._workers.index(worker), "count": len(self._workers)}
        self._send(worker, USE, {"number": self._number, **part})

"""A gate before the flows of a process, closed while people and quotas change hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.event import Event

__all__ = ["Gate"]


class Gate:
    """Lets flows begin while it is open, and knows when the last of them has ended."""

    def __init__(self) -> None:
        self._open = Event()
        self._open.set()
        self._idle = Event()
        self._idle.set()
        self._inside = 0

    def open(self) -> None:
        """Let flows begin."""
        self._open.set()

    def close(self) -> None:
        """Have flows wait from now on; those that have begun go on."""
        self._open.clear()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no flow is inside, and return whether that came in time."""
        return bool(self._idle.wait(seconds))

    @property
    def is_open(self) -> bool:
        """Whether a flow can begin now."""
        return bool(self._open.is_set())

    def wait_until_open(self) -> None:
        """Wait until a flow can begin."""
        # It can be closed again before this greenlet has its turn.
        while not self.is_open:
            self._open.wait()

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait until the gate is open, and be inside for the ``with`` block."""
        self.wait_until_open()
        self._inside += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._idle.set()

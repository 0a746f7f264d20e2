"""The lock of a pool, and the way of calls that wait for no lock.

A pool's lock is held by an operation, and laid down while the user's own code runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock, get_ident
from types import TracebackType


class PoolLock:
    """A re-entrant lock that its holder can lay down for a while.

    A trigger may call the emulator, also over HTTP, where another thread answers: that thread
    would wait for ever for a lock that is held until the trigger has returned.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> PoolLock:
        self._take(1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give(1)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let others have the lock inside the block, however often this thread holds it.

        Whatever was checked before the block may have changed behind it.
        """
        depth = self._depth if self._holder == get_ident() else 0
        self._give(depth)
        try:
            yield
        finally:
            self._take(depth)

    def _take(self, times: int) -> None:
        for _ in range(times):
            self._lock.acquire()
            self._holder = get_ident()
            self._depth += 1

    def _give(self, times: int) -> None:
        for _ in range(times):
            self._depth -= 1
            if self._depth == 0:
                self._holder = None
            self._lock.release()


class FastPathGate:
    """Whether a call may be answered by the thread that reads calls from the network.

    While a state is made all pools are locked, with many users for seconds: that thread would
    wait for them, and nobody would be answered. ``with`` tells whether the way is open, and
    keeps it so until the end of the block.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed = 0

    def __enter__(self) -> bool:
        self._lock.acquire()
        return not self._closed

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Let nobody take it inside the block; who is on it comes to the end before."""
        with self._lock:
            self._closed += 1
        try:
            yield
        finally:
            with self._lock:
                self._closed -= 1

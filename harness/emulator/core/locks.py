"""The lock of a pool, and the gate of the fast path.

An operation holds its pool's lock and releases it while a trigger's handler runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock, get_ident
from types import TracebackType


class PoolLock:
    """A re-entrant lock that its holder can release for a while.

    A handler may call the emulator over HTTP, where another thread serves the call. That thread
    would wait forever for a lock that is held until the handler returns.
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
        """Release the lock inside the block, however often this thread holds it.

        What was checked before the block may no longer hold after it.
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
    """Decides whether the thread that reads the network may carry out a call itself.

    Exporting a state locks all pools, with many users for seconds. The reading thread would wait
    for these locks and serve no other client. ``with`` returns whether the fast path is open and
    keeps it that way until the end of the block.
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
        """Close the fast path inside the block, once the calls already on it have ended."""
        with self._lock:
            self._closed += 1
        try:
            yield
        finally:
            with self._lock:
                self._closed -= 1

"""The locks of the service and of a pool, and the gate of the fast path.

An operation holds its pool's lock and releases it while a trigger's handler runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, RLock, get_ident
from types import TracebackType


class FairLock:
    """A re-entrant lock that a waiting thread gets before its last holder gets it again.

    Without this, a thread that releases the lock for a moment would nearly always take it again
    before a waiting thread has woken up.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        #: Held by the one thread that is next; everyone else waits for this.
        self._turn = Lock()
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        self._take(1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give(1)

    def _take(self, times: int) -> None:
        for _ in range(times):
            if self._holder == get_ident():
                self._lock.acquire()
            else:
                with self._turn:
                    self._lock.acquire()
            self._holder = get_ident()
            self._depth += 1

    def _give(self, times: int) -> None:
        for _ in range(times):
            self._depth -= 1
            if self._depth == 0:
                self._holder = None
            self._lock.release()


class PoolLock(FairLock):
    """A re-entrant lock that its holder can release for a while.

    A handler may call the emulator over HTTP, where another thread serves the call. That thread
    would wait forever for a lock that is held until the handler returns.
    """

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


class FastPathGate:
    """Decides whether the thread that reads the network may carry out a call itself.

    Saving a state locks all pools, again and again while it is written. The reading thread would
    wait for these locks and serve no other client. ``with`` returns whether the fast path is open
    and keeps it that way until the end of the block.
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

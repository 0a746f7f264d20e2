"""The lock of a pool: held by an operation, laid down while the user's own code runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock, get_ident
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
    def laid_down(self) -> Iterator[None]:
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

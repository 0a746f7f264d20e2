"""A service that stands still while its state is written, with pauses for other calls."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType

from harness.emulator.service import Service


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for unreachable objects inside the block.

    With many users, every call would wait for that longer than for the writing.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Freeze:
    """Stops all changes of a service inside the block, except in a `pause`.

    The locks are fair: a call that waits for one of them gets it in the next pause.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._closed = ExitStack()
        self._locks = ExitStack()

    def __enter__(self) -> Freeze:
        # Calls that wait must not do so on the thread that reads the network.
        self._closed.enter_context(self._service.fast_path.closed())
        self._lock_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._locks.close()
        self._closed.close()

    def pause(self) -> None:
        """Let the calls that wait change the service, then stop all changes again."""
        self._locks.close()
        self._lock_all()

    def _lock_all(self) -> None:
        """Lock every pool and then the service; again if a pool was added or deleted meanwhile."""
        service = self._service
        while True:
            with ExitStack() as locks:
                pools = dict(sorted(service.pools.items()))
                for pool in pools.values():
                    locks.enter_context(pool.lock)
                locks.enter_context(service.lock)
                if pools == service.pools:
                    self._locks = locks.pop_all()
                    return

"""A service that stands still while its state is written, with pauses for other calls."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from types import TracebackType

from harness.emulator.service import Service


class Freeze:
    """Stops all changes of a service inside the block, except in a `pause`.

    The locks are fair: a call that waits for one of them gets it in the next pause. Python does
    not look for unreachable objects inside the block: with many users, every call would wait for
    longer than for the writing.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._closed = ExitStack()
        self._locks = ExitStack()
        self._collects = gc.isenabled()

    def __enter__(self) -> Freeze:
        gc.disable()
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
        if self._collects:
            gc.enable()

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

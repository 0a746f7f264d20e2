"""The end of a fault profile, for which answers that are held back wait.

A thread waits for it. An event loop cannot, so it leaves a callback.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

__all__ = ["ProfileEnd"]


class ProfileEnd:
    """The end of a fault profile; it comes once."""

    def __init__(self) -> None:
        self._event = Event()
        self._lock = Lock()
        self._callbacks: list[Callable[[], None]] = []

    def come(self) -> None:
        """End the profile: every wait for it is over, and every callback is called."""
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; return whether the profile has ended."""
        return self._event.wait(seconds)

    def tell(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the profile ends, or now if it has; it must not fail or wait."""
        with self._lock:
            has_come = self._event.is_set()
            if not has_come:
                self._callbacks.append(callback)
        if has_come:
            callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """Do not call a callback any more; nothing happens if it was called."""
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

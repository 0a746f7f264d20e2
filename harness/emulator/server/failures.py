"""What went wrong in the emulator itself while it served."""

from __future__ import annotations

from threading import Lock


class Failures:
    """The first failure, and how many there were; true where there was any.

    The others are not kept: each holds the request that it failed at, and a client may repeat one
    for as long as the server runs.
    """

    def __init__(self) -> None:
        self.first: Exception | None = None
        self.count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self.count

    def add(self, failure: Exception) -> None:
        """Count one more, and keep it where it is the first."""
        with self._lock:
            self.first = self.first or failure
            self.count += 1

    def take(self) -> tuple[Exception | None, int]:
        """The first and the number of all, which are forgotten here."""
        with self._lock:
            taken = self.first, self.count
            self.first, self.count = None, 0
            return taken

"""The emulator's internal errors while it serves."""

from __future__ import annotations

from threading import Lock


class Failures:
    """The first failure and the number of failures; true if there is any.

    Only the first one is kept: each holds its whole request, and a client may repeat a failing
    request as long as the server runs.

    Attributes:
        first: the failure that is kept.
        count: the number of failures since the last ``take``.
    """

    def __init__(self) -> None:
        self.first: BaseException | None = None
        self.count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self.count

    def add(self, failure: BaseException) -> None:
        """Count a failure, and keep it if it is the first."""
        with self._lock:
            self.first = self.first or failure
            self.count += 1

    def take(self) -> tuple[BaseException | None, int]:
        """Return the first failure and the number of all, and start counting again."""
        with self._lock:
            taken = self.first, self.count
            self.first, self.count = None, 0
            return taken

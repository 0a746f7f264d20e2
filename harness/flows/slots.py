"""Rows of time slots: each slot is given out once, in one process or in all of this machine.

A row stands for one quota. A call takes the next moment that is free in all of its rows.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["ALLOWANCE_SECONDS", "OwnSlots", "Slots"]

#: No row is full for so long; a later moment comes from a clock that was wrong.
_FURTHEST_SECONDS = 900.0
#: Quotas count the calls of one second. Only calls that would have to wait longer are beyond one.
ALLOWANCE_SECONDS = 1.0


class Slots:
    """Rows of time slots in a file that all processes of this machine can share.

    Args:
        path: the file; it is created if it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._opened: tuple[int, int] | None = None

    def take(
        self, rows: Mapping[str, float], now: float, beyond: Mapping[str, float] | None = None
    ) -> float:
        """Take the next moment that is free in all rows, and return it.

        Args:
            rows: seconds between two slots, for each row.
            now: the earliest moment to return, by the clock of all who share the slots.
            beyond: the rows of a call that is beyond the first ones: used if a call would wait
                for those longer than `ALLOWANCE_SECONDS`, and not as long for these.
        """
        with self._turn, self._locked() as file:
            moment, free = _next(_read(file), rows, now, beyond)
            _write(file, free)
        return moment

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Yield the open file while no other process has it."""
        file = self._file()
        _lock(file)
        # Another process may have opened a new file since, and would not see this one.
        while not _is_at(file, self._path):
            _unlock(file)
            self._close()
            file = self._file()
            _lock(file)
        try:
            yield file
        finally:
            _unlock(file)

    def _file(self) -> int:
        """Return the open file, which stays open: opening it takes longer than the slot."""
        # A process that was forked shares the open file of its parent, and so its lock.
        if self._opened is None or self._opened[0] != os.getpid():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._opened = os.getpid(), os.open(self._path, flags, 0o644)
        return self._opened[1]

    def _close(self) -> None:
        opened: tuple[int, int] | None = getattr(self, "_opened", None)
        self._opened = None
        if opened is not None and opened[0] == os.getpid():
            os.close(opened[1])

    def __del__(self) -> None:
        self._close()


class OwnSlots:
    """Rows of time slots for this process only."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(
        self, rows: Mapping[str, float], now: float, beyond: Mapping[str, float] | None = None
    ) -> float:
        """See :meth:`Slots.take`."""
        with self._lock:
            moment, self._free = _next(self._free, rows, now, beyond)
        return moment


def _next(
    free: Mapping[str, float],
    rows: Mapping[str, float],
    now: float,
    beyond: Mapping[str, float] | None,
) -> tuple[float, dict[str, float]]:
    """Return the next moment that is free in all rows, and what is free after it."""
    ahead = {row: when for row, when in free.items() if now < when <= now + _FURTHEST_SECONDS}
    moment = _first(ahead, rows, now)
    if beyond is not None and moment > now + ALLOWANCE_SECONDS:
        later = _first(ahead, beyond, now)
        if later < moment:
            moment, rows = later, beyond
    return moment, ahead | {row: moment + seconds for row, seconds in rows.items()}


def _first(ahead: Mapping[str, float], rows: Mapping[str, float], now: float) -> float:
    return max([now, *(ahead[row] for row in rows if row in ahead)])


def _is_at(file: int, path: Path) -> bool:
    """Return whether an open file is still the one at a path, and was not deleted or replaced."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(path))
    except FileNotFoundError:
        return False


def _read(file: int) -> dict[str, float]:
    os.lseek(file, 0, os.SEEK_SET)
    try:
        found: Any = json.loads(os.read(file, os.fstat(file).st_size))
    except (ValueError, RecursionError):
        # The file is new, or a process was killed while writing it.
        return {}
    items = found.items() if isinstance(found, dict) else ()
    return {row: float(when) for row, when in items if isinstance(when, float | int)}


def _write(file: int, free: Mapping[str, float]) -> None:
    content = json.dumps(free).encode()
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, content)
    os.ftruncate(file, len(content))


# The library filelock, which other locks use, opens its file for each lock and polls for it. That
# allows a few hundred calls a second, which is less than a quota.
if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        # A byte that no content reaches, since others could not read a locked one.
        os.lseek(file, 1 << 30, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, 1 << 30, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

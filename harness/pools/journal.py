"""The write-ahead journal: what a run makes on a real account, written down before it is made.

One file for each process of a run, JSON lines, each on the disk before the call is sent that it
announces. A run that is killed leaves its journal behind, and :mod:`harness.pools.sweep` finishes
what it says. While a run goes on it holds a lock, which the system takes from a killed one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from filelock import FileLock, Timeout

from harness.errors import HarnessError

__all__ = [
    "Belonging",
    "FileJournal",
    "Journal",
    "NoJournal",
    "WrittenJournal",
    "written_journals",
]

Kind = Literal["user_pool", "user"]

_SUFFIX = ".jsonl"


@dataclass(frozen=True)
class Belonging:
    """Something that a run has made, or was about to make.

    Attributes:
        kind: ``user_pool`` or ``user``.
        name: PoolName or Username; it says whose it is.
        user_pool_id: of a user, the pool that was there before.
        id: Cognito's own name of it, once it is known: the pool's id, the user's sub.
    """

    kind: Kind
    name: str
    user_pool_id: str = ""
    id: str = ""


class Journal(Protocol):
    """Is told of everything that is made, before and after."""

    def planned(self, belonging: Belonging) -> None:
        """Note that it is about to be made."""
        ...

    def made(self, belonging: Belonging) -> None:
        """Note that it was made, and its id."""
        ...

    def gone(self, belonging: Belonging) -> None:
        """Note that it is not there: deleted, or never made."""
        ...

    def close(self) -> None:
        """Say that the run is over."""
        ...


class NoJournal:
    """For a service that forgets everything anyway."""

    def planned(self, belonging: Belonging) -> None:
        """Note nothing."""

    def made(self, belonging: Belonging) -> None:
        """Note nothing."""

    def gone(self, belonging: Belonging) -> None:
        """Note nothing."""

    def close(self) -> None:
        """Say nothing."""


class FileJournal:
    """A journal in a file of this process' own.

    Args:
        folder: where the journals are; it is made if need be.
        name: the name of the file, without its ending.
        run: what belongs to the run: ``run``, ``account``, ``region``, ``endpoint``, ``prefix``.

    Raises:
        HarnessError: the file cannot be written.
    """

    def __init__(self, folder: Path, name: str, run: Mapping[str, Any]) -> None:
        path = folder / f"{name}{_SUFFIX}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _lock_of(path)
            self._lock.acquire(blocking=False)
            self._file = path.open("a", encoding="utf-8")
        except (OSError, Timeout) as error:
            raise HarnessError(f"the journal {path} cannot be written: {error}") from error
        self._write({"entry": "run", **run})

    def planned(self, belonging: Belonging) -> None:
        """See :meth:`Journal.planned`; returns when it is on the disk."""
        self._write({"entry": "planned", **asdict(belonging)})

    def made(self, belonging: Belonging) -> None:
        """See :meth:`Journal.made`."""
        self._write({"entry": "made", **asdict(belonging)})

    def gone(self, belonging: Belonging) -> None:
        """See :meth:`Journal.gone`."""
        self._write({"entry": "gone", **asdict(belonging)})

    def close(self) -> None:
        """Give the lock back; whatever is still written down is left to the sweep."""
        self._file.close()
        self._lock.release()

    def _write(self, entry: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


class WrittenJournal:
    """A journal as it stands in its file.

    Attributes:
        run: what belongs to the run; empty where the run was killed before it wrote that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: dict[str, Any] = {}
        self._written_at = path.stat().st_mtime
        self._open: dict[tuple[str, str, str], Belonging] = {}
        for entry in _entries(path):
            self._take(entry)

    @property
    def left(self) -> list[Belonging]:
        """What the run has not said to be gone, in the order in which it was planned."""
        return list(self._open.values())

    @property
    def written_at(self) -> float:
        """When the last line was written, in epoch seconds."""
        return self._written_at

    def is_alive(self) -> bool:
        """Return whether the run that writes it still goes on."""
        lock = _lock_of(self.path)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return True
        lock.release()
        return False

    def gone(self, belonging: Belonging) -> None:
        """Note that something is gone; the file goes with the last of it."""
        self._open.pop(_key(belonging), None)
        if not self._open:
            self.remove()
            return
        with self.path.open("a", encoding="utf-8") as file:
            # A killed run may have left half a line, which must not swallow this one.
            file.write("\n" + json.dumps({"entry": "gone", **asdict(belonging)}) + "\n")

    def remove(self) -> None:
        """Delete the file, when nothing that it says is left."""
        self.path.unlink(missing_ok=True)
        Path(_lock_of(self.path).lock_file).unlink(missing_ok=True)

    def _take(self, entry: dict[str, Any]) -> None:
        kind = entry.pop("entry", None)
        if kind == "run":
            self.run = entry
        elif kind in ("planned", "made"):
            belonging = Belonging(**entry)
            self._open[_key(belonging)] = belonging
        elif kind == "gone":
            self._open.pop(_key(Belonging(**entry)), None)


def written_journals(folder: Path) -> list[WrittenJournal]:
    """Return the journals of a folder, those of runs that go on as well.

    Raises:
        HarnessError: a file that should be one is none.
    """
    return [WrittenJournal(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line or "{}")
        except ValueError:
            # A killed run may have written half a line. What that line announced was not begun.
            if line.startswith("{"):
                continue
            raise HarnessError(f"{path}, line {number}: this is no journal") from None
        yield entry


def _key(belonging: Belonging) -> tuple[str, str, str]:
    return belonging.kind, belonging.user_pool_id, belonging.name


def _lock_of(path: Path) -> FileLock:
    return FileLock(f"{path}.lock")

"""The write-ahead journal: what a run makes on a real account, written down before it is made.

One file for each process of a run, JSON lines, each on the disk before the call is sent that it
announces. A run that is killed leaves its journal behind, and :mod:`harness.pools.making.sweep`
finishes what it says. While a run goes on it holds a lock, which the system takes from a killed
one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from filelock import FileLock, Timeout

from harness.errors import HarnessError
from harness.pools.making.ownership import PREFIX

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
_ENTRIES = ("run", "planned", "made", "gone")


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

    Where the run is over nobody else reads it as such, nor deletes it, before it is closed.

    Attributes:
        run: what belongs to the run; empty where the run was killed before it wrote that.

    Raises:
        FileNotFoundError: somebody else has deleted it.
        HarnessError: it is no journal, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: dict[str, str] = {}
        self._open: dict[tuple[str, str, str], Belonging] = {}
        self._lock = _lock_of(path)
        try:
            # Before it is read: what a run writes while it ends would be missed otherwise.
            self._is_alive = not _acquired(self._lock)
            self._written_at = path.stat().st_mtime
            for number, entry in _entries(path):
                self._take(entry, f"{path}, line {number}")
        except BaseException:
            self._lock.release()
            raise

    @property
    def left(self) -> list[Belonging]:
        """What the run has not said to be gone, in the order in which it was planned."""
        return list(self._open.values())

    @property
    def written_at(self) -> float:
        """When the last line was written, in epoch seconds."""
        return self._written_at

    def is_alive(self) -> bool:
        """Return whether the run that writes it went on when it was read."""
        return self._is_alive

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
        self.close()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def close(self) -> None:
        """Let others read it."""
        self._lock.release()

    def _take(self, entry: dict[str, Any], where: str) -> None:
        kind = entry.pop("entry")
        if kind == "run":
            self.run = _run(entry, where)
            return
        belonging = _belonging(entry, where)
        if not self.run:
            raise HarnessError(f"{where}: nothing is said of the run before this")
        if kind == "gone":
            self._open.pop(_key(belonging), None)
        else:
            self._open[_key(belonging)] = belonging


def written_journals(folder: Path) -> list[WrittenJournal]:
    """Return the journals of a folder, those of runs that go on as well.

    Raises:
        HarnessError: a file that should be one is none.
    """
    found = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        # Another sweep may have deleted it since.
        with suppress(FileNotFoundError):
            found.append(WrittenJournal(path))
    return found


def _entries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HarnessError(f"the journal {path} cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            # A killed run may have written half a line. What that line announced was not begun.
            if line.startswith(b"{"):
                continue
            entry = None
        if not isinstance(entry, dict) or entry.get("entry") not in _ENTRIES:
            raise HarnessError(f"{path}, line {number}: this is no journal")
        yield number, entry


def _run(entry: dict[str, Any], where: str) -> dict[str, str]:
    usable = all(isinstance(value, str) for value in entry.values()) and entry.get("run")
    if not usable or not entry.get("prefix", "").startswith(PREFIX):
        raise HarnessError(f"{where}: a run has an id, and a prefix that begins with {PREFIX}")
    return entry


def _belonging(entry: dict[str, Any], where: str) -> Belonging:
    known = {field.name for field in fields(Belonging)}
    usable = all(name in known and isinstance(value, str) for name, value in entry.items())
    if not usable or entry.get("kind") not in get_args(Kind) or not entry.get("name"):
        raise HarnessError(
            f"{where}: what a run makes has a kind ({' or '.join(get_args(Kind))}), a name, and "
            "user_pool_id and id at most"
        )
    return Belonging(**entry)


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        problem = f"the lock {lock.lock_file} cannot be taken: {error.strerror}"
        raise HarnessError(problem) from error
    return True


def _key(belonging: Belonging) -> tuple[str, str, str]:
    return belonging.kind, belonging.user_pool_id, belonging.name


def _lock_of(path: Path) -> FileLock:
    return FileLock(f"{path}.lock")

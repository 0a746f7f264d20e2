"""The write-ahead journal: records what a run creates in a real account, before it is created.

Each worker of a run has one file of JSON lines. Each line is on the disk before the call that it
announces is sent. A killed run leaves its journal behind, and :mod:`harness.pools.making.sweep`
deletes what is in it. A run holds a lock on its journal; the system releases the lock of a killed
run.
"""

from __future__ import annotations

import json
import os
import threading
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
    """A user pool or user that a run created or was about to create.

    Attributes:
        kind: ``user_pool`` or ``user``.
        name: PoolName or Username; it identifies the owner.
        user_pool_id: the existing pool of a user.
        id: the id of the pool or the sub of the user, once it is known.
    """

    kind: Kind
    name: str
    user_pool_id: str = ""
    id: str = ""


class Journal(Protocol):
    """Records everything that a run creates, before and after."""

    def planned(self, belonging: Belonging) -> None:
        """Record that it is about to be created."""
        ...

    def made(self, belonging: Belonging) -> None:
        """Record that it was created, with its id."""
        ...

    def gone(self, belonging: Belonging) -> None:
        """Record that it does not exist: deleted, or never created."""
        ...

    def close(self) -> None:
        """Record that the run is over."""
        ...


class NoJournal:
    """Records nothing, for a service that keeps nothing."""

    def planned(self, belonging: Belonging) -> None:
        """Record nothing."""

    def made(self, belonging: Belonging) -> None:
        """Record nothing."""

    def gone(self, belonging: Belonging) -> None:
        """Record nothing."""

    def close(self) -> None:
        """Record nothing."""


class FileJournal:
    """A journal in this process's own file.

    Args:
        folder: the folder of the journals; it is created if necessary.
        name: the name of the file, without its suffix.
        run: the facts about the run: ``run``, ``account``, ``region``, ``endpoint``, ``prefix``.

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
        # Threads that make users share a journal.
        self._writing = threading.Lock()
        self._write({"entry": "run", **run})

    def planned(self, belonging: Belonging) -> None:
        """See :meth:`Journal.planned`; returns after the line is on the disk."""
        self._write({"entry": "planned", **asdict(belonging)})

    def made(self, belonging: Belonging) -> None:
        """See :meth:`Journal.made`."""
        self._write({"entry": "made", **asdict(belonging)})

    def gone(self, belonging: Belonging) -> None:
        """See :meth:`Journal.gone`."""
        self._write({"entry": "gone", **asdict(belonging)})

    def close(self) -> None:
        """Release the lock; the sweep deals with what is still recorded."""
        self._file.close()
        self._lock.release()

    def _write(self, entry: Mapping[str, Any]) -> None:
        with self._writing:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


class WrittenJournal:
    """A journal that was read from its file.

    If the run is over, no other process can claim or delete the journal until it is closed.

    Attributes:
        run: the facts about the run; empty if the run was killed before it wrote them.

    Raises:
        FileNotFoundError: another process deleted the file.
        HarnessError: the file is not a journal, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: dict[str, str] = {}
        self._open: dict[tuple[str, str, str], Belonging] = {}
        self._lock = _lock_of(path)
        try:
            # Locked before reading; otherwise the last lines of an ending run could be missed.
            self._is_alive = not _acquired(self._lock)
            self._written_at = _written_at(path)
            for number, entry in _entries(path):
                self._take(entry, f"{path}, line {number}")
        except BaseException:
            self._lock.release()
            raise

    @property
    def left(self) -> list[Belonging]:
        """Everything that the run did not record as gone, in the order of planning."""
        return list(self._open.values())

    @property
    def written_at(self) -> float:
        """When the last line was written, in epoch seconds."""
        return self._written_at

    def is_alive(self) -> bool:
        """Return whether the run was still going on when the journal was read."""
        return self._is_alive

    def gone(self, belonging: Belonging) -> None:
        """Record that something is gone; delete the file after the last item."""
        self._open.pop(_key(belonging), None)
        if not self._open:
            self.remove()
            return
        with self.path.open("a", encoding="utf-8") as file:
            # A killed run may have left half a line, so this one starts on a new line.
            file.write("\n" + json.dumps({"entry": "gone", **asdict(belonging)}) + "\n")

    def remove(self) -> None:
        """Delete the file and its lock, once nothing in it is left."""
        self.path.unlink(missing_ok=True)
        self.close()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def close(self) -> None:
        """Release the lock."""
        self._lock.release()

    def _take(self, entry: dict[str, Any], where: str) -> None:
        kind = entry.pop("entry")
        if kind == "run":
            self.run = _run(entry, where)
            return
        belonging = _belonging(entry, where)
        if not self.run:
            raise HarnessError(f"{where}: there is no run entry before this line")
        if kind == "gone":
            self._open.pop(_key(belonging), None)
        else:
            self._open[_key(belonging)] = belonging


def written_journals(folder: Path) -> list[WrittenJournal]:
    """Return the journals in a folder, including those of running runs.

    Raises:
        HarnessError: a file with the suffix of a journal is not a journal.
    """
    found = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        # Another sweep may have deleted it in the meantime.
        with suppress(FileNotFoundError):
            found.append(WrittenJournal(path))
    return found


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HarnessError(f"the journal {path} cannot be read: {error.strerror}") from error


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
            # A killed run may have written half a line. The call that it announces was never sent.
            if line.startswith(b"{"):
                continue
            entry = None
        if not isinstance(entry, dict) or entry.get("entry") not in _ENTRIES:
            raise HarnessError(f"{path}, line {number}: this is not a journal entry")
        yield number, entry


def _run(entry: dict[str, Any], where: str) -> dict[str, str]:
    usable = all(isinstance(value, str) for value in entry.values()) and entry.get("run")
    # A shorter prefix would also be that of other runs, which may be going on.
    own = f"{PREFIX}{entry.get('run')}-"
    if not usable or not entry.get("prefix", "").startswith(own):
        raise HarnessError(
            f"{where}: a run entry must have an id, and a prefix that starts with {PREFIX}<id>-"
        )
    return entry


def _belonging(entry: dict[str, Any], where: str) -> Belonging:
    known = {field.name for field in fields(Belonging)}
    usable = all(name in known and isinstance(value, str) for name, value in entry.items())
    if not usable or entry.get("kind") not in get_args(Kind) or not entry.get("name"):
        raise HarnessError(
            f"{where}: an entry must have a kind ({' or '.join(get_args(Kind))}) and a name, and "
            "can have a user_pool_id and an id"
        )
    return Belonging(**entry)


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        problem = f"the lock {lock.lock_file} cannot be acquired: {error.strerror}"
        raise HarnessError(problem) from error
    return True


def _key(belonging: Belonging) -> tuple[str, str, str]:
    return belonging.kind, belonging.user_pool_id, belonging.name


def _lock_of(path: Path) -> FileLock:
    return FileLock(f"{path}.lock")

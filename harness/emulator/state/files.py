"""The state file: it is read once at the start, and written completely or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from harness.emulator.service import Service
from harness.emulator.state.checks import StateError
from harness.emulator.state.snapshot import FORMAT, import_state, write_state
from harness.emulator.state.without_secrets import consequences

_FILE_UNCHANGED = "the file is left as it is"


@dataclass(frozen=True)
class Saved:
    """What `StateFile.save` has written.

    Attributes:
        path: the path of the file, as it was given.
        bytes: the size of the file.
        pools: the number of pools in it.
        users: the number of users in it.
        secrets: whether it has secrets.
    """

    path: str
    bytes: int
    pools: int
    users: int
    secrets: bool


class StateFile:
    """The file of an emulator's state.

    Args:
        path: the path of the file.
        secrets: whether to write secrets into it. Without this, a file that has secrets is not
            read, because they would be lost when it is saved.

    Raises:
        StateError: the path leads nowhere, such as a link to itself.
    """

    def __init__(self, path: str | Path, *, secrets: bool = False) -> None:
        #: The path as it was given.
        self.given = str(path)
        # If the path is a link, the file that it leads to is replaced, and the link stays.
        self.path = _resolved(path)
        self.secrets = secrets
        #: What cannot go on because the loaded state has no secrets; empty otherwise.
        self.consequences = ""
        self._lock = Lock()
        #: The digest of what this program has last read or written; empty before that.
        self._known_digest = b""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the file for the block, by a lock file beside it.

        Raises:
            StateError: another program has locked it, or the lock file cannot be created.
        """
        self._check_folder()
        lock = FileLock(f"{self.path}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise self._problem("another server has it until it stops") from None
        except OSError as problem:
            raise StateError(f"{self.path}.lock cannot be locked: {problem.strerror}") from None
        try:
            yield
        finally:
            lock.release()

    def load(self, service: Service) -> bool:
        """Load the file's state into an empty service; return ``False`` if there is no file.

        Raises:
            StateError: the file cannot be read, is not a state, or cannot be written later.
        """
        self._check_folder()
        if not self.path.exists():
            return False
        content = self._read()
        document = self._parsed(content)
        if isinstance(document, dict) and document.get("secrets") is True and not self.secrets:
            raise self._problem("it has secrets; start with --state-secrets to keep them")
        try:
            import_state(service, document)
        except StateError as problem:
            raise self._problem(str(problem)) from problem
        except RecursionError:
            raise self._problem("it is nested too deeply") from None
        self._known_digest = _digest(content)
        self.consequences = "" if document["secrets"] else consequences(service)
        return True

    def save(self, service: Service) -> Saved:
        """Write the current state.

        Raises:
            StateError: the file cannot be written, or another program has replaced it.
        """
        with self._lock:
            self._refuse_foreign()
            written = write_state(service, secrets=self.secrets)
            try:
                size, self._known_digest = self._write(written.pieces)
            except OSError as problem:
                raise StateError(f"{self.path} cannot be written: {problem.strerror}") from None
        return Saved(self.given, size, written.pools, written.users, self.secrets)

    def _check_folder(self) -> None:
        if not self.path.parent.is_dir() or not os.access(self.path.parent, os.W_OK):
            raise StateError(f"{self.path}: its folder does not exist or is not writable")

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as problem:
            raise StateError(f"{self.path} cannot be read: {problem.strerror}") from None

    def _parsed(self, content: bytes) -> Any:
        try:
            return json.loads(content.decode("utf-8"))
        except UnicodeDecodeError:
            raise self._problem("it is not text") from None
        except (ValueError, RecursionError):
            raise self._problem("it is not JSON") from None

    def _refuse_foreign(self) -> None:
        """Refuse to replace a file that another program wrote, unless it is a state as well."""
        if not self.path.exists():
            return
        content = self._read()
        if _digest(content) == self._known_digest:
            return
        document = self._parsed(content)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise self._problem(f"it is not a {FORMAT}")

    def _write(self, pieces: Iterator[str]) -> tuple[int, bytes]:
        """Replace the file; return its size in bytes and its digest."""
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        size, digest = 0, hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    content = piece.encode()
                    size += file.write(content)
                    digest.update(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise
        return size, digest.digest()

    def _problem(self, reason: str) -> StateError:
        return StateError(f"{self.path} cannot be used: {reason}; {_FILE_UNCHANGED}")


def _resolved(path: str | Path) -> Path:
    try:
        found = Path(path).expanduser().resolve()
        # Since Python 3.13 a link that leads to itself is returned as it is.
        if found.is_symlink():
            raise StateError(f"{path} cannot be used: it is a link that leads to itself")
    except (OSError, RuntimeError, ValueError) as problem:
        text = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise StateError(f"{path} cannot be used: {' '.join(str(text).split())}") from None
    return found


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()

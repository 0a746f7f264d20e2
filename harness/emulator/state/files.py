"""A state in a file: read once at the start, and written whole or not at all."""

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
from harness.emulator.state.snapshot import FORMAT, export_state, import_state

_LEFT_ALONE = "the file is left as it is"


@dataclass(frozen=True)
class Saved:
    """What was written where."""

    path: str
    pools: int
    users: int
    secrets: bool


class StateFile:
    """The file of an emulator's state.

    Args:
        secrets: whether secrets are written into it; without them one that has some is not read,
            since it would lose them when it is saved.
    """

    def __init__(self, path: str | Path, *, secrets: bool = False) -> None:
        # A link stays one: what it leads to is replaced.
        self.path = Path(path).expanduser().resolve()
        self.secrets = secrets
        self._lock = Lock()
        #: Of what this program has read or written; empty before.
        self._known = b""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the file to itself inside the block, by a lock beside it.

        Raises:
            StateError: another program has it, or no lock can be had there.
        """
        self._check_folder()
        lock = FileLock(f"{self.path}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise self._problem("another server has it until it stops") from None
        except OSError as problem:
            raise StateError(f"{self.path}.lock cannot be had: {problem.strerror}") from None
        try:
            yield
        finally:
            lock.release()

    def load(self, service: Service) -> bool:
        """Put the file's state into an service that has nothing yet; ``False`` without a file.

        Raises:
            StateError: the file cannot be read, is no state, or could not be written later on.
        """
        self._check_folder()
        if not self.path.exists():
            return False
        content = self._read()
        document = self._parsed(content)
        if isinstance(document, dict) and document.get("secrets") is True and not self.secrets:
            raise self._problem("it has secrets, which --state-secrets would keep")
        try:
            import_state(service, document)
        except StateError as problem:
            raise self._problem(str(problem)) from problem
        except RecursionError:
            raise self._problem("it is nested too deeply") from None
        self._known = _digest(content)
        return True

    def save(self, service: Service) -> Saved:
        """Write the state of this moment.

        Raises:
            StateError: the file cannot be written, or is another program's by now.
        """
        with self._lock:
            self._refuse_foreign()
            document = export_state(service, secrets=self.secrets)
            content = (json.dumps(document, indent=1) + "\n").encode()
            try:
                self._write(content)
            except OSError as problem:
                raise StateError(f"{self.path} cannot be written: {problem.strerror}") from None
            self._known = _digest(content)
        pools = list(service.pools.values())
        users = sum(len(pool.users) for pool in pools)
        return Saved(str(self.path), len(pools), users, self.secrets)

    def _check_folder(self) -> None:
        if not self.path.parent.is_dir() or not os.access(self.path.parent, os.W_OK):
            raise StateError(f"{self.path}: its folder is not there, or nobody may write to it")

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as problem:
            raise StateError(f"{self.path} cannot be read: {problem.strerror}") from None

    def _parsed(self, content: bytes) -> Any:
        try:
            return json.loads(content.decode("utf-8"))
        except UnicodeDecodeError:
            raise self._problem("it is no text") from None
        except (ValueError, RecursionError):
            raise self._problem("it is no JSON") from None

    def _refuse_foreign(self) -> None:
        """Whatever came to lie there meanwhile, only a state is replaced, however formatted."""
        if not self.path.exists():
            return
        content = self._read()
        if _digest(content) == self._known:
            return
        document = self._parsed(content)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise self._problem(f"it is no {FORMAT}")

    def _write(self, content: bytes) -> None:
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise

    def _problem(self, reason: str) -> StateError:
        return StateError(f"{self.path} cannot be used: {reason}; {_LEFT_ALONE}")


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()

"""A state in a file: read once at the start, and written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from .errors import StateError
from .snapshot import FORMAT, export_state, import_state

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

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

    secrets: whether secrets are written into it; without them one that has some is not read, since
        it would lose them when it is saved.
    """

    def __init__(self, path: str | Path, *, secrets: bool = False) -> None:
        # A link stays one: what it leads to is replaced.
        self.path = Path(path).expanduser().resolve()
        self.secrets = secrets
        self._lock = Lock()

    def load(self, engine: Engine) -> bool:
        """Put the file's state into an engine that has nothing yet; ``False`` without a file.

        Raises:
            StateError: the file cannot be read, is no state, or could not be written later on.
        """
        if not self.path.parent.is_dir() or not os.access(self.path.parent, os.W_OK):
            raise StateError(f"{self.path}: its folder is not there, or nobody may write to it")
        if not self.path.exists():
            return False
        document = self._read()
        if isinstance(document, dict) and document.get("secrets") is True and not self.secrets:
            raise self._problem("it has secrets, which --state-secrets would keep")
        try:
            import_state(engine, document)
        except StateError as problem:
            raise self._problem(str(problem)) from problem
        except RecursionError:
            raise self._problem("it is nested too deeply") from None
        return True

    def save(self, engine: Engine) -> Saved:
        """Write the state of this moment.

        Raises:
            StateError: the file cannot be written, or is another program's by now.
        """
        with self._lock:
            self._refuse_foreign()
            document = export_state(engine, secrets=self.secrets)
            try:
                self._write(json.dumps(document, indent=1))
            except OSError as problem:
                raise StateError(f"{self.path} cannot be written: {problem.strerror}") from None
        pools = list(engine.pools.values())
        users = sum(len(pool.users) for pool in pools)
        return Saved(str(self.path), len(pools), users, self.secrets)

    def _read(self) -> Any:
        try:
            text = self.path.read_text(encoding="utf-8")
        except OSError as problem:
            raise StateError(f"{self.path} cannot be read: {problem.strerror}") from None
        except UnicodeDecodeError:
            raise self._problem("it is no text") from None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise self._problem("it is no JSON") from None

    def _refuse_foreign(self) -> None:
        """Whatever came to lie there meanwhile, only a state is replaced."""
        if not self.path.exists():
            return
        begin = f'"format": "{FORMAT}"'.encode()
        # Also of a file that somebody has formatted in his own way.
        if not self.path.is_file() or begin not in self._first(200):
            raise self._problem(f"it is no {FORMAT}")

    def _first(self, count: int) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(count)
        except OSError as problem:
            raise StateError(f"{self.path} cannot be read: {problem.strerror}") from None

    def _write(self, text: str) -> None:
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise

    def _problem(self, reason: str) -> StateError:
        return StateError(f"{self.path} cannot be used: {reason}; {_LEFT_ALONE}")

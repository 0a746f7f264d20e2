"""The processes that a load run starts: they end with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from harness.load.guard import BEGIN, END, FOLDER

__all__ = ["Children", "children"]

_GUARD = Path(__file__).with_name("guard.py")
_GUARD_SECONDS = 10.0
_REAP_SECONDS = 5.0
#: Windows has neither process groups nor the signals for them.
_HAS_GROUPS = hasattr(os, "killpg")


class Children:
    """Starts processes that end with this one, and gives them a folder that is deleted with them.

    Args:
        folder: the folder of the run.
        guard: the process that cleans up if this one is killed; ``None`` where there is none.
    """

    def __init__(self, folder: Path, guard: subprocess.Popen[str] | None) -> None:
        self.folder = folder
        self._guard = guard
        self._tell(f"{FOLDER} {folder}")

    @contextmanager
    def started(
        self, command: Sequence[str], *, stop: int, patience: float, **more: Any
    ) -> Iterator[subprocess.Popen[Any]]:
        """Start a process for a block. If it still runs at the end, stop it, and at last kill it.

        A further Ctrl-C does not wait for it any longer.

        Args:
            command: the command.
            stop: the signal that ends it in order.
            patience: how many seconds that may take.
            more: further arguments of ``Popen``.
        """
        # In a session of its own, it gets Ctrl-C once, from here, and not from the terminal too.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, start_new_session=True, **more
        )
        try:
            self._tell(f"{BEGIN} {process.pid}")
            yield process
        finally:
            try:
                if process.poll() is None:
                    _ask_to_end(process, stop)
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(patience)
            finally:
                _kill(process)
                self._tell(f"{END} {process.pid}")

    def _tell(self, line: str) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            # Without its guard a run still ends its own processes.
            with suppress(OSError):
                self._guard.stdin.write(f"{line}\n")
                self._guard.stdin.flush()


@contextmanager
def children() -> Iterator[Children]:
    """Yield what starts the processes of a run, with a new folder that only its owner can read."""
    with tempfile.TemporaryDirectory(prefix="cognito-harness-load-") as folder:
        if not _HAS_GROUPS:
            yield Children(Path(folder), None)
            return
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_GUARD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            yield Children(Path(folder), guard)
        finally:
            assert guard.stdin is not None
            guard.stdin.close()
            guard.wait(_GUARD_SECONDS)


def _ask_to_end(process: subprocess.Popen[Any], stop: int) -> None:
    """Send a signal. On Windows, Ctrl-C reaches every process of a console without that."""
    if _HAS_GROUPS:
        process.send_signal(stop)
    elif stop != signal.SIGINT:
        process.terminate()


def _kill(process: subprocess.Popen[Any]) -> None:
    """Kill a process with all that it has started, and collect it."""
    if _HAS_GROUPS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait(_REAP_SECONDS)

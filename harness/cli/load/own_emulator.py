"""An emulator for one load run, served by a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clock import stopwatch
from harness.errors import HarnessError

if TYPE_CHECKING:
    from harness.load.children import Children

__all__ = ["serve_own"]

_LISTENING = "listening on "
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.02


@contextmanager
def serve_own(assignments: Sequence[str], children: Children) -> Iterator[str]:
    """Serve an emulator on a free port of this machine for a block, and yield its URL.

    What it prints goes to files: a pipe that nobody reads would fill up, and stop it.

    Args:
        assignments: the settings of the emulator, each as ``NAME=VALUE``.
        children: starts it, and has the folder for what it prints.

    Raises:
        HarnessError: it does not start.
    """
    settings = [part for text in assignments for part in ("--set", text)]
    command = [sys.executable, "-m", "harness.cli", "serve", "--port", "0", *settings]
    out, err = (children.folder / f"emulator.{name}" for name in ("out", "err"))
    with out.open("ab") as stdout, err.open("ab") as stderr:
        started = children.started(
            command, stop=signal.SIGTERM, patience=_PATIENCE_SECONDS, stdout=stdout, stderr=stderr
        )
        with started as process:
            yield _url_of(process, out, err)


def _url_of(process: subprocess.Popen[bytes], out: Path, err: Path) -> str:
    """Return the URL that an emulator prints when it listens."""
    waited = stopwatch()
    while waited() < _PATIENCE_SECONDS:
        line, end, _ = out.read_text(encoding="utf-8").partition("\n")
        if end and line.startswith(_LISTENING):
            return line.removeprefix(_LISTENING).strip()
        try:
            process.wait(_PAUSE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        reason = err.read_text(encoding="utf-8").strip().removeprefix("cognito-harness: ")
        raise _not_started(reason or "it ended at once")
    raise _not_started(f"it did not listen within {_PATIENCE_SECONDS:g} s")


def _not_started(reason: str) -> HarnessError:
    return HarnessError(f"no emulator could be started for the run: {reason}")

"""An emulator for one load run, served by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.errors import HarnessError

__all__ = ["serve_own"]

_LISTENING = "listening on "
_PATIENCE_SECONDS = 30.0


@contextmanager
def serve_own(assignments: Sequence[str]) -> Iterator[str]:
    """Serve an emulator on a free port of this machine for a block, and yield its URL.

    Args:
        assignments: the settings of the emulator, each as ``NAME=VALUE``.

    Raises:
        HarnessError: it does not start.
    """
    settings = [part for text in assignments for part in ("--set", text)]
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli", "serve", "--port", "0", *settings],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C ends the run first, and then this process.
        start_new_session=True,
    )
    with process:
        try:
            yield _url_of(process)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if line.startswith(_LISTENING):
        return line.removeprefix(_LISTENING).strip()
    process.kill()
    assert process.stderr is not None
    reason = process.stderr.read().strip().removeprefix("cognito-harness: ")
    raise HarnessError(f"no emulator could be started for the run: {reason or 'it ended at once'}")

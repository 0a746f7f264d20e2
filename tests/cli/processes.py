"""Runs ``cognito-harness`` as a process, as a user does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

#: How the tests start it: the module, since the console script may not be installed.
COMMAND = (sys.executable, "-m", "harness.cli")

#: Far longer than anything here takes, even on a busy machine.
PATIENCE_SECONDS = 60.0

_LISTENING = "listening on "


@dataclass
class Serving:
    """A running ``cognito-harness serve``, and where it listens."""

    process: subprocess.Popen[str]
    url: str

    def stop(self, signal_number: int) -> tuple[int, str, str]:
        """Send a signal; return the exit code and the rest of the output."""
        self.process.send_signal(signal_number)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        # communicate() would miss what was buffered after the first line.
        out, err = self.process.stdout.read(), self.process.stderr.read()
        return self.process.wait(PATIENCE_SECONDS), out, err


@contextmanager
def serving(*arguments: str) -> Iterator[Serving]:
    """Start ``serve`` on a free port, wait for its first line, and kill it at the end."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(_LISTENING), _why(process, line)
            yield Serving(process, line.removeprefix(_LISTENING).strip())
        finally:
            if process.poll() is None:
                process.kill()


def _why(process: subprocess.Popen[str], line: str) -> str:
    """Return what a process that does not listen has printed, and how it ended."""
    process.kill()
    assert process.stdout is not None
    assert process.stderr is not None
    rest, err = process.stdout.read(), process.stderr.read()
    code = process.wait(PATIENCE_SECONDS)
    return f"exit code {code}; stdout: {line + rest!r}; stderr: {err!r}"


def cognito_harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

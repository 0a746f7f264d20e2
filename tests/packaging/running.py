"""Starts a served emulator as a file of the project says, and stops it again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

__all__ = ["ON_PATH", "free_port", "served"]

#: The command line of the installed package comes first, as in the image and on a runner.
ON_PATH = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
_STOP_SECONDS = 60


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(
    command: Sequence[str], environment: Mapping[str, str] | None = None, **more: object
) -> Iterator[str]:
    """Run a server for a block, yield its address, and stop it as a container is stopped."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
        **more,  # type: ignore[call-overload]
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield line.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_SECONDS)
    assert process.returncode == 0

"""A driver: a separate program that does with one client what the tests ask, line by line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.cli.processes import PATIENCE_SECONDS

__all__ = ["Driver", "started_driver"]


class Driver:
    """The test's end of a conversation with a client.

    Every request is a line with a JSON object: what to ``do``, and what it needs. Every response is
    one too: its ``outcome``, as in `tests.foreign_clients.steps`, and what else was found.
    """

    def __init__(self, process: subprocess.Popen[str], complaints: IO[str]) -> None:
        self._process = process
        self._complaints = complaints

    def ask(self, verb: str, **given: Any) -> Mapping[str, Any]:
        """Ask for an action and return the whole response.

        If a driver ends without a response, the outcome says so, with what it wrote to stderr.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": verb, **given}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return self._ended()
        line = self._process.stdout.readline()
        answer: Mapping[str, Any] = json.loads(line) if line else self._ended()
        return answer

    def complaints(self) -> str:
        """Return what the driver has written to stderr so far."""
        self._complaints.seek(0)
        return self._complaints.read()

    def _ended(self) -> Mapping[str, Any]:
        return {"outcome": f"broke: the driver ended\n{self.complaints()}"}


@contextmanager
def started_driver(
    command: Sequence[str], directory: Path, environment: Mapping[str, str]
) -> Iterator[Driver]:
    """Start a driver. It ends when its stdin does, and is killed if it does not."""
    with (
        TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as process,
    ):
        try:
            yield Driver(process, complaints)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=PATIENCE_SECONDS)
        finally:
            if process.poll() is None:
                process.kill()

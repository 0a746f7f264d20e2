"""One process of Node with one module, which carries out one invocation after another."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from harness.emulator.triggers.invocation import MOST_BYTES
from harness.errors import ConfigurationError

_RUNTIME = Path(__file__).with_name("node_runtime.mjs")
#: How long a module may take to load. Lambda's own limit is ten seconds; a busy machine is slower.
_LOADING_SECONDS = 30.0
#: A result is a text in JSON in another one, so its characters may be twice as many.
_LONGEST_LINE = 2 * MOST_BYTES + 1024


class ProcessEnded(Exception):
    """The process ended, or sent something else than a result.

    Attributes:
        status: its exit status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status


class TooSlow(Exception):
    """No result came in time."""


@dataclass(frozen=True)
class NodeModule:
    """A module and the name of its handler."""

    path: Path
    export: str

    @property
    def label(self) -> str:
        """What lines of its log begin with."""
        return f"{self.path.name}:{self.export}"


class NodeProcess:
    """A process of Node that has loaded a module.

    Args:
        module: the module and its handler.

    Raises:
        ConfigurationError: there is no Node.
        ProcessEnded: the process ended before the module was loaded.
        TooSlow: it was not loaded in time.

    Attributes:
        failure: why the module could not be loaded; ``None`` if it is.
    """

    def __init__(self, module: NodeModule) -> None:
        self._label = module.label
        #: Stands before a result; what the function writes to the standard output has it nowhere.
        self._mark = secrets.token_hex(16)
        self._results: SimpleQueue[str | None] = SimpleQueue()
        self._process = subprocess.Popen(
            [node_command(), str(_RUNTIME), str(module.path), module.export, self._mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Lambda's functions find their files relative to where they are deployed.
            cwd=module.path.parent,
            encoding="utf-8",
            errors="replace",
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        _in_thread(self._read_results, self._process.stdout)
        _in_thread(self._show_log, self._process.stderr)
        try:
            self.failure: dict[str, Any] | None = self._next(_LOADING_SECONDS).get("failed")
        except BaseException:
            self.end()
            raise

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def invoke(self, event: dict[str, Any], context: dict[str, Any], seconds: float) -> Any:
        """Carry out one invocation.

        Returns:
            Either ``{"result": TEXT}`` or ``{"error": {...}}``.

        Raises:
            ProcessEnded: the process ended.
            TooSlow: no result came in time.
        """
        assert self._process.stdin is not None
        request = json.dumps({"event": event, "context": context}) + "\n"
        # A process that is busy with something else reads nothing, and a pipe holds little.
        _in_thread(partial(_write, request), self._process.stdin)
        return self._next(seconds)

    def end(self) -> None:
        """End the process; without its standard input it ends itself, so this cannot be missed."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._results.get(timeout=seconds)
        except Empty:
            raise TooSlow from None
        if line is None:
            raise ProcessEnded(self._status())
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise ProcessEnded(1) from None
        return message if isinstance(message, dict) else {}

    def _status(self) -> int:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(5)
        return 1

    def _read_results(self, stream: IO[str]) -> None:
        with stream, suppress(ValueError):
            while line := stream.readline(_LONGEST_LINE):
                # What a function writes to the file descriptor itself may have no line end.
                log, mark, result = line.partition(self._mark)
                if log:
                    self._show(log)
                if mark:
                    self._results.put(result)
        self._results.put(None)

    def _show_log(self, stream: IO[str]) -> None:
        with stream, suppress(ValueError):
            while line := stream.readline(_LONGEST_LINE):
                self._show(line)

    def _show(self, line: str) -> None:
        """Show a line of the function's log where people look for it: beside the test's output."""
        if sys.stderr is not None:
            with suppress(OSError, ValueError):
                print(f"[{self._label}] {line.rstrip()}", file=sys.stderr, flush=True)


def node_command() -> str:
    """Return the command of Node.

    Raises:
        ConfigurationError: it is not on the path.
    """
    found = shutil.which("node")
    if found is None:
        raise ConfigurationError(
            "node", hint="handlers that are Node modules need Node.js 20 or newer on the path"
        )
    return found


def _write(text: str, stream: IO[str]) -> None:
    """Write a request; if the process has ended, the end of its output says so."""
    with suppress(OSError, ValueError):
        stream.write(text)
        stream.flush()


def _in_thread(work: Callable[[IO[str]], None], stream: IO[str]) -> None:
    Thread(target=work, args=(stream,), name="lambda-node", daemon=True).start()

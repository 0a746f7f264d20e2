"""Runs a command to its end, and measures its real time and the processor time of all it started.

On a machine that does other work too, processor time changes less than real time.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Child", "run_all", "run_one"]


@dataclass(frozen=True)
class Child:
    """A command that has ended: what it printed, and what it took."""

    output: str
    seconds: float
    cpu_seconds: float


def run_one(
    command: Sequence[str],
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Run a command, by default with the environment of this process.

    Raises:
        RuntimeError: it ended with an error.
    """
    return run_all([command], directory, environment)[0]


def run_all(
    commands: Sequence[Sequence[str]],
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Child]:
    """Run commands at the same time, and return them in their order.

    Raises:
        RuntimeError: one of them ended with an error.
    """
    began = time.perf_counter()
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=directory, env=environment)
        for command in commands
    ]
    # Each is read by a thread of its own: a full pipe would hold up the one at its other end.
    with ThreadPoolExecutor(len(started)) as readers:
        ended = [readers.submit(_ended, process, began) for process in started]
        wait(ended, return_when=FIRST_EXCEPTION)
        for process, future in zip(started, ended, strict=True):
            if not future.done():
                process.terminate()
    return [future.result() for future in ended]


def _ended(process: subprocess.Popen[str], began: float) -> Child:
    assert process.stdout is not None
    with process.stdout as stdout:
        output = stdout.read()
    # wait4 tells the time of this child and of all that it has waited for itself.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{process.args!r} ended with {process.returncode}: {output[-800:]}")
    taken = time.perf_counter() - began
    return Child(output, taken, usage.ru_utime + usage.ru_stime)

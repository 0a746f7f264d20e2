"""Starts a service in a separate process, waits for it, measures it and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DEADLINE_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        started_in: seconds from the start of the process until its port accepts connections.
    """

    name: str
    pid: int
    port: int
    started_in: float

    def cpu_seconds(self) -> float:
        """Return the processor time of the process and its ended children, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11:15]) / _TICKS

    def resident_bytes(self) -> int:
        """Return the resident memory of the process."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE_BYTES


def free_port() -> int:
    """Return a free port on the loopback interface."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    port: int,
    environment: Mapping[str, str],
    directory: Path,
    patience_seconds: float = _DEADLINE_SECONDS,
) -> Iterator[Service]:
    """Run a service until the end of the block.

    Raises:
        TimeoutError: its port does not accept connections in time, by default within a minute.
    """
    log = directory / f"{name}.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _await_port(process, port, log, patience_seconds)
        yield Service(name, process.pid, port, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(
    process: subprocess.Popen[bytes], port: int, log: Path, patience_seconds: float
) -> None:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}: {log.read_text()[-800:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.002)
        else:
            return
    raise TimeoutError(f"port {port} did not accept connections within {patience_seconds} s")

"""The worker processes of a run: each collects the scenarios once and then carries out jobs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Timer
from typing import IO

from harness.errors import HarnessError
from harness.selfcheck.jobs import Job, JobResult, read_result, written

__all__ = ["Workers"]

#: Seconds that a worker has beyond a job's own limit to say that it ended.
_GRACE_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Workers:
    """Carries out jobs on several worker processes; a ``with`` block ends them.

    Args:
        folder: the folder of the scenarios.
        count: how many processes.
        forks: whether a worker forks for each job; ``None`` wherever that is possible.
    """

    def __init__(self, folder: Path, count: int, *, forks: bool | None = None) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="selfcheck")
        self._idle: SimpleQueue[_WorkerProcess] = SimpleQueue()
        self._workers = [_WorkerProcess(folder, forks=forks) for _ in range(count)]
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def node_ids(self) -> list[str]:
        """Return the node ids of all scenarios, in pytest's order."""
        return self._workers[0].node_ids()

    def map(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """Yield the results of jobs in the order of the jobs; they run side by side."""
        futures: list[Future[JobResult]] = [self._threads.submit(self._do, job) for job in jobs]
        for future in futures:
            yield future.result()

    def _do(self, job: Job) -> JobResult:
        worker = self._idle.get()
        try:
            return worker.do(job)
        finally:
            self._idle.put(worker)


class _WorkerProcess:
    """One worker process; it is started when it is first needed, and again after its end."""

    def __init__(self, folder: Path, *, forks: bool | None) -> None:
        self._folder = folder
        self._forks = hasattr(os, "fork") if forks is None else forks
        self._process: subprocess.Popen[str] | None = None
        self._node_ids: list[str] = []
        self._stopped = False
        self._lock = Lock()

    def node_ids(self) -> list[str]:
        """Return the node ids of all scenarios."""
        with self._lock:
            self._running()
            return self._node_ids

    def do(self, job: Job) -> JobResult:
        """Carry out a job."""
        with self._lock:
            process = self._running()
            limit = Timer(job.seconds + _GRACE_SECONDS, process.kill) if job.seconds else None
            if limit is not None:
                limit.daemon = True
                limit.start()
            try:
                line = _ask(process, written(job))
            finally:
                if limit is not None:
                    limit.cancel()
            if line and not self._forks:
                process.wait()  # it carries out one job alone
        if not line and self._stopped:
            raise KeyboardInterrupt
        return read_result(line) if line else JobResult(ended="time" if job.seconds else "lost")

    def stop(self) -> None:
        """End the process; a job under way is lost."""
        self._stopped = True
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with self._lock:
            _close(process)

    def _running(self) -> subprocess.Popen[str]:
        """Return the process; start another one if it has ended."""
        if self._stopped:
            raise KeyboardInterrupt
        if self._process is not None and self._process.poll() is None:
            return self._process
        if self._process is not None:
            _close(self._process)
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "harness.selfcheck.worker", str(self._folder), *self._flags()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            # Ctrl-C reaches the run alone, which then ends its workers.
            start_new_session=True,
        )
        line = _pipe(process.stdout).readline()
        if not line:
            raise HarnessError(f"the scenarios in {self._folder} cannot be collected by pytest")
        self._node_ids = json.loads(line)
        return process

    def _flags(self) -> list[str]:
        return [] if self._forks else ["--no-fork"]


def _ask(process: subprocess.Popen[str], line: str) -> str:
    """Send a line, and return the one that answers it; empty if the process ends."""
    with suppress(BrokenPipeError):
        stream = _pipe(process.stdin)
        stream.write(line)
        stream.flush()
        return _pipe(process.stdout).readline()
    return ""


def _close(process: subprocess.Popen[str]) -> None:
    """Close the pipes of a process that has ended."""
    with suppress(BrokenPipeError):
        _pipe(process.stdin).close()
    _pipe(process.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream

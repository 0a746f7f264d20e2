"""The pytest plugin of a worker: it runs the scenarios of each job in a process of its own.

pytest starts and collects once. Each job then runs in a child that is forked from there, so that a
fault is planted in a fresh emulator and ends with its process. Where there is no fork, a worker
does one job and ends.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import IO, Any, NoReturn

import pytest

from harness.clock import stopwatch
from harness.redaction import Redactor
from harness.selfcheck.fault import PlantedFault, fault_of
from harness.selfcheck.jobs import Job, JobResult, Outcome, read_job, read_result, written
from harness.selfcheck.observing import Observer
from harness.selfcheck.planting import Planter
from harness.selfcheck.result import shows
from harness.verdicts.judging import verdict_of
from harness.verdicts.verdict import Verdict

__all__ = ["CAN_FORK", "Conductor"]

CAN_FORK = hasattr(os, "fork")
#: How many scenarios may fail for another reason before a job gives up.
MOST_FAILURES = 60
_CHUNK = 65_536


class Conductor:
    """Carries out jobs that arrive on one stream, and answers on another.

    Args:
        jobs: lines that each are a `Job`.
        answers: gets a first line with the node ids, then a `JobResult` for each job.
        forks: whether each job runs in a child.
    """

    def __init__(self, jobs: IO[str], answers: IO[str], *, forks: bool = CAN_FORK) -> None:
        self._jobs = jobs
        self._answers = answers
        self._forks = forks
        self._child = 0
        self._items: dict[str, pytest.Item] = {}
        self._reports: list[tuple[pytest.TestReport, BaseException | None]] = []
        self._line: dict[str, Any] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Carry out the jobs in place of pytest's loop."""
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        self._items = {item.nodeid: item for item in session.items}
        _load_emulator()
        if self._forks:
            signal.signal(signal.SIGTERM, self._stop)
        self._say(json.dumps([*self._items]) + "\n")
        for line in self._jobs:
            job = read_job(line)
            self._say(written(self._in_child(job) if self._forks else self._carry_out(job)))
            if not self._forks:
                break
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the run notes about a scenario that is over."""
        self._line = getattr(report, "cognito_scenario", self._line)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the report of each phase with what was raised in it."""
        del item
        report = yield
        self._reports.append((report, call.excinfo.value if call.excinfo else None))
        return report

    def _say(self, line: str) -> None:
        self._answers.write(line)
        self._answers.flush()

    def _stop(self, number: int, frame: object) -> NoReturn:
        del number, frame
        self._end_child()
        os._exit(0)

    def _end_child(self) -> None:
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0

    def _in_child(self, job: Job) -> JobResult:
        elapsed = stopwatch()
        if job.fault:
            fault_of(job.table, job.fault)  # imported once, and not in each child
        reading, writing = os.pipe()
        self._child = os.fork()
        if not self._child:
            self._be_child(job, reading, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            lines, in_time = _read_lines(stream.fileno(), job.seconds)
        self._end_child()
        result = read_result(lines[-1]) if lines and '"outcomes"' in lines[-1][:20] else None
        if result is not None:
            return result
        return JobResult((), elapsed(), "lost" if in_time else "time")

    def _be_child(self, job: Job, reading: int, writing: int) -> NoReturn:
        """Carry out a job in the child, and end without what pytest would do at its end."""
        os.close(reading)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            text = written(self._carry_out(job))
            with os.fdopen(writing, "w", encoding="utf-8") as stream:
                stream.write(text)
        except BaseException as error:
            print(f"selfcheck: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(0)

    def _carry_out(self, job: Job) -> JobResult:
        elapsed = stopwatch()
        planter = Planter()
        fault = fault_of(job.table, job.fault) if job.fault else None
        if fault is not None:
            fault.plant(planter)
        observer = Observer(entering=job.observed)
        observer.install(planter)
        try:
            outcomes = tuple(self._outcomes(job, fault, observer))
        finally:
            planter.undo()
        return JobResult(outcomes, elapsed())

    def _outcomes(
        self, job: Job, fault: PlantedFault | None, observer: Observer
    ) -> Iterator[Outcome]:
        """Run the scenarios of a job as far as it asks for, and yield how each ends."""
        plan = _Schedule(job, fault)
        while (node_id := plan.following()) is not None:
            outcome = self._run(self._items[node_id], observer)
            plan.note(outcome)
            yield outcome

    def _run(self, item: pytest.Item, observer: Observer) -> Outcome:
        """Run one scenario; the fixtures of the session stay."""
        observer.clear()
        self._reports.clear()
        self._line = {}
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=self._elsewhere(item))
        return _outcome(item, self._reports, self._line, observer)

    def _elsewhere(self, item: pytest.Item) -> pytest.Item | None:
        """Return a scenario of another module, so that any other one may follow.

        Which one follows depends on how this one ends. pytest keeps what the next one shares.
        """
        others = [each for each in self._items.values() if each is not item]
        return next((each for each in others if each.path != item.path), next(iter(others), None))


class _Schedule:
    """Which scenarios of a job run, and in which order."""

    def __init__(self, job: Job, fault: PlantedFault | None) -> None:
        self._job = job
        self._fault = fault
        self._left = [*job.first, *job.then]
        self._noticed: set[str] = set()
        self._failures = self._after = self._done = 0

    def following(self) -> str | None:
        """Return the next scenario, or ``None`` at the end."""
        while self._left and not self._is_over():
            node_id = self._left.pop(0)
            self._done += 1
            if _name(node_id) not in self._noticed:
                return node_id
        return None

    def note(self, outcome: Outcome) -> None:
        """Take an outcome into account."""
        if self._noticed:
            self._after += 1
        if outcome.outcome != "failed" or self._fault is None:
            return
        self._failures += 1
        if shows(outcome, self._fault):
            self._noticed.add(outcome.scenario)

    def _is_over(self) -> bool:
        if self._fault is None:
            return False
        if not self._noticed:
            return self._failures >= MOST_FAILURES
        return self._done >= len(self._job.first) or self._after >= self._job.more


def _name(node_id: str) -> str:
    return Outcome(node_id, "").scenario


def _read_lines(source: int, seconds: float) -> tuple[list[str], bool]:
    """Return the lines that arrive until the end of a stream, and whether it came in time."""
    elapsed, parts = stopwatch(), list[bytes]()
    while True:
        left = max(seconds - elapsed(), 0.0) if seconds else None
        ready, _, _ = select.select([source], [], [], left)
        if not ready:
            return [], False
        part = os.read(source, _CHUNK)
        if not part:
            return b"".join(parts).decode().splitlines(), True
        parts.append(part)


def _outcome(
    item: pytest.Item,
    reports: Iterable[tuple[pytest.TestReport, BaseException | None]],
    line: Mapping[str, Any],
    observer: Observer,
) -> Outcome:
    failed = [(report, error) for report, error in reports if report.failed]
    skipped = any(report.skipped for report, _ in reports)
    seen = Outcome(
        item.nodeid,
        "skipped" if skipped else "passed",
        operations=tuple(sorted(observer.operations)),
        entered=tuple(sorted(observer.entered)),
        errors=tuple(observer.errors),
    )
    if not failed:
        return seen
    report, error = failed[0]
    return replace(
        seen,
        outcome="failed",
        verdict=_verdict(line, report, error),
        facts=_facts(line, error),
        message=_first_line(line, report),
    )


def _verdict(
    line: Mapping[str, Any], report: pytest.TestReport, error: BaseException | None
) -> Verdict:
    """Return how the scenario turned out: as its line says, or as its error does."""
    if line.get("verdict") and report.when != "teardown":
        return Verdict(line["verdict"])
    return verdict_of((), error, in_setup=report.when != "call")


def _facts(line: Mapping[str, Any], error: BaseException | None) -> str:
    """Return the facts of the checks that failed."""
    checks = [each for each in line.get("checks", ()) if each["verdict"] != Verdict.HOLDS]
    named = [str(getattr(error, "facts", "")), *(each["facts"] for each in checks)]
    return ", ".join(dict.fromkeys(each for each in named if each))


def _first_line(line: Mapping[str, Any], report: pytest.TestReport) -> str:
    """Return the first line that says what failed, as the report shows it: without secrets."""
    failure = line.get("failure") or {}
    crash = getattr(report.longrepr, "reprcrash", None)
    text = failure.get("first_line") or (crash.message if crash else report.longrepr)
    return Redactor().scrub(str(text).partition("\n")[0].removeprefix("harness.errors."))


def _load_emulator() -> None:
    """Import what every child needs, and find the primes of its keys, before the first fork."""
    import importlib
    import pkgutil

    import harness.emulator
    from harness.emulator.domain.signing import find_primes_ahead

    importlib.import_module("harness.emulator.moto_backend.models")
    for module in pkgutil.walk_packages(harness.emulator.__path__, "harness.emulator."):
        if ".server" not in module.name and ".cloudformation" not in module.name:
            importlib.import_module(module.name)
    find_primes_ahead()

"""Runs the scenarios with pytest in a process of its own, and reads the record of the run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from harness.cli.conform.suite import Suite
from harness.errors import ConfigurationError, HarnessError
from harness.verdicts.run_record import RunRecord, read_record

__all__ = ["Selection", "collect", "run_scenarios"]

#: pytest's exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html
_PASSED, _FAILED, _NOTHING_FOUND = 0, 1, 5
#: Longer than any scenario needs to clean up.
_PATIENCE_SECONDS = 60
_PERCENT = re.compile(r"\[\s*(\d+)%\]")
_WRONG_EXPRESSION = re.compile(r"Wrong expression passed to '-k': (.*)")


@dataclass(frozen=True)
class Selection:
    """Which scenarios to run, and how.

    Attributes:
        settings: the settings of the run, as options of pytest.
        expression: pytest's ``-k``; all scenarios without it.
        ids: the ids of the scenarios; all without any.
        workers: how many processes of pytest-xdist.
        environment: variables of pytest besides those of this process.
    """

    settings: Sequence[str]
    expression: str | None = None
    ids: Sequence[str] = ()
    workers: int = 2
    environment: Mapping[str, str] = field(default_factory=dict)


def run_scenarios(
    suite: Suite, selection: Selection, record: Path, tell: Callable[[int], None]
) -> RunRecord:
    """Run scenarios and return the record of the run.

    Args:
        suite: where the scenarios are.
        selection: which of them to run, and how.
        record: the file to record the run in.
        tell: called with the percentage of the scenarios that are over.

    Raises:
        ConfigurationError: no scenario is selected.
        HarnessError: the run could not start, or was cut off.
    """
    command = [
        *_pytest(suite),
        # The scorecard judges, also of a pool that no scenario applies to.
        *("-v", "--tb=no", f"--cognito-record={record}", "--cognito-allow-all-skipped"),
        *_workers(selection.workers),
        *selection.settings,
        *(("-k", selection.expression) if selection.expression else ()),
    ]
    with _arguments_file(suite, selection.ids) as named:
        environment = {**suite.environment(os.environ), **selection.environment}
        _check(*_watched([*command, named], environment, tell), selection.expression)
    found = read_record(record)
    if found.end is None:
        raise HarnessError(f"the run was cut off; {record} has what it found out until then")
    return found


def collect(suite: Suite, settings: Sequence[str], expression: str | None) -> list[str]:
    """Return the ids of the scenarios that a run with these settings has."""
    command = [*_pytest(suite), "--collect-only", "-q", *settings]
    command += ["-k", expression] if expression else []
    command.append(str(suite.root / "scenarios"))
    code, output, errors = _watched(command, suite.environment(os.environ))
    _check(code, output, errors, expression)
    return [line for line in output if "::" in line]


def _pytest(suite: Suite) -> list[str]:
    return [sys.executable, "-m", "pytest", *suite.arguments()]


def _workers(number: int) -> list[str]:
    # Plugins are not loaded by themselves, see Suite.environment.
    return ["-p", "xdist.plugin", "-n", str(number)] if number > 1 else []


@contextmanager
def _arguments_file(suite: Suite, ids: Sequence[str]) -> Iterator[str]:
    """Write ids to a file that pytest reads its arguments from: they are too long for a command."""
    if not ids:
        yield str(suite.root / "scenarios")
        return
    with tempfile.TemporaryDirectory(prefix="cognito-harness-") as folder:
        path = Path(folder) / "ids"
        path.write_text("".join(f"{suite.root / name}\n" for name in ids), encoding="utf-8")
        yield f"@{path}"


def _watched(
    command: Sequence[str],
    environment: Mapping[str, str],
    tell: Callable[[int], None] | None = None,
) -> tuple[int, list[str], list[str]]:
    """Run a command to its end; return its exit code, its output and its errors."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        with _ended(process):
            lines = list(_read(process.stdout, tell))
        errors.seek(0)
        return process.returncode, lines, [line for line in errors.read().splitlines() if line]


def _read(output: IO[str] | None, tell: Callable[[int], None] | None) -> Iterator[str]:
    kept: deque[str] = deque(maxlen=5000)
    for line in output or ():
        kept.append(line.rstrip("\n"))
        found = _PERCENT.search(line)
        if tell is not None and found is not None:
            tell(int(found[1]))
    yield from kept


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """End a process with the block; on Ctrl-C, let pytest delete what the run has made."""
    try:
        yield
        process.wait()
    except BaseException:
        # On Windows, Ctrl-C has reached it through the console, and no signal can be sent.
        if process.poll() is None and hasattr(os, "killpg"):
            process.send_signal(signal.SIGINT)
        raise
    finally:
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _check(code: int, output: Sequence[str], errors: Sequence[str], expression: str | None) -> None:
    if code in (_PASSED, _FAILED):
        return
    if code == _NOTHING_FOUND:
        raise ConfigurationError("-k", given=expression, hint="no scenario matches it")
    if wrong := _wrong_expression((*errors, *output)):
        raise ConfigurationError("-k", given=expression, hint=wrong)
    said = [line for line in (*errors, *reversed(output)) if line.strip()]
    reason = (
        said[0].removeprefix("Exit: ").replace("--cognito-", "--") if said else "it said nothing"
    )
    raise HarnessError(reason if code == 2 else f"pytest ended with {code}: {reason}")


def _wrong_expression(lines: Iterable[str]) -> str:
    """Return what pytest says of an expression that it cannot read; empty if it can."""
    found = (_WRONG_EXPRESSION.search(line) for line in lines)
    return next((match[1] for match in found if match is not None), "")

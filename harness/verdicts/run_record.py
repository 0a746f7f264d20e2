"""The record of a run: JSON lines with nothing secret, one line for each scenario.

The first line is about the run, the last about its end. A record without its last line is of a run
that was cut off; the line that was being written then may be there in part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError
from harness.verdicts.record_types import check_types
from harness.verdicts.verdict import Check, Verdict

__all__ = [
    "BEGINNING",
    "FORMAT",
    "EndLine",
    "FailureText",
    "RunLine",
    "RunRecord",
    "ScenarioLine",
    "as_line",
    "read_record",
    "scenario_of",
]

#: Number of the format; a reader refuses records of a later one.
FORMAT = 1
#: How each record begins.
BEGINNING = '{"kind": "run"'


@dataclass(frozen=True)
class RunLine:
    """What was run, and on which service.

    Attributes:
        run_id: id of the run.
        target: name of the target.
        service: URL of the service, on AWS the one that boto3 uses; ``in process`` for the
            emulator.
        seed: seed of people and codes.
        started_at: epoch seconds.
        settings: each setting that decides something, as ``{name: {value, source}}``.
        versions: of Python, the harness, boto3, moto and pytest.
    """

    run_id: str
    target: str
    service: str
    seed: int
    started_at: float
    settings: dict[str, dict[str, str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FailureText:
    """Why a scenario failed.

    Attributes:
        first_line: the sentence that says what happened.
        lines: the explanation; what pytest says of an assert besides is in the terminal alone.
        cause: the root cause, in words that other scenarios with this cause share.
        repeat: the command that repeats just this.
    """

    first_line: str
    lines: tuple[str, ...] = ()
    cause: str = ""
    repeat: str = ""


@dataclass(frozen=True)
class ScenarioLine:
    """One scenario in one variant.

    Attributes:
        id: pytest's node id.
        area: the module, without ``test_``.
        sentence: what must hold: the docstring's first line.
        variant: the words of the variant, by dimension.
        outcome: pytest's outcome: passed, failed, skipped, xfailed or xpassed.
        verdict: the verdict that weighs most; ``None`` if the scenario was skipped.
        checks: the statements that were checked, in order.
        started_at: epoch seconds.
        duration_seconds: of set-up, call and teardown together.
        calls: each API call as :class:`harness.flows.call.Call`, with ``shape``: the types of the
            answer's members by path.
        pool: the settings of the pool that decide how its users sign in.
        failure: why it failed.
        reason: why it was skipped.
        worker: the xdist worker; empty without.
    """

    id: str
    area: str
    sentence: str
    variant: dict[str, str]
    outcome: str
    verdict: Verdict | None
    checks: tuple[Check, ...] = ()
    started_at: float = 0.0
    duration_seconds: float = 0.0
    calls: tuple[dict[str, Any], ...] = ()
    pool: dict[str, Any] = field(default_factory=dict)
    failure: FailureText | None = None
    reason: str = ""
    worker: str = ""


@dataclass(frozen=True)
class EndLine:
    """How the run ended.

    Attributes:
        exit_code: pytest's exit code.
        ended_at: epoch seconds.
        latencies: as ``--cognito-latencies`` writes them; empty without hdrhistogram.
        findings: records of an audit or a comparison, as :mod:`harness.reports.records` has them.
        notes: the end notes.
    """

    exit_code: int
    ended_at: float
    latencies: dict[str, Any] = field(default_factory=dict)
    findings: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """A whole record; ``end`` is ``None`` if the run was cut off."""

    run: RunLine
    scenarios: tuple[ScenarioLine, ...]
    end: EndLine | None = None

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        yield as_line("run", self.run)
        yield from (as_line("scenario", scenario) for scenario in self.scenarios)
        if self.end is not None:
            yield as_line("end", self.end)


def as_line(kind: str, line: RunLine | ScenarioLine | EndLine | dict[str, Any]) -> str:
    """Return one line of a record, without the newline; a line can be plain data already."""
    members = line if isinstance(line, dict) else asdict(line)
    return json.dumps({"kind": kind, "format": FORMAT, **members}, default=str)


def read_record(path: Path) -> RunRecord:
    """Read a record; half a line at its end, of a run that was cut off, does not count.

    Raises:
        ConfigurationError: the file cannot be read, or is no record of a run.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(
            "record", given=str(path), hint=f"it cannot be read: {reason}"
        ) from None
    return _record_of(path, list(_members(path, _whole_lines(text))))


def _whole_lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    # Every line ends with a newline, unless another program has taken the last one away.
    return [*lines, last] if last and (not lines or _is_json(last)) else lines


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _members(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        try:
            members = json.loads(line)
            kind, version = members.get("kind"), members.get("format")
        except (ValueError, AttributeError, RecursionError):
            raise _unusable(path, number, "it is not a line of a record") from None
        if version != FORMAT:
            raise _unusable(path, number, f"its format is {version!r}, and {FORMAT} is known")
        if kind not in ("run", "scenario", "end"):
            raise _unusable(path, number, f"its kind is {kind!r}, not run, scenario or end")
        yield number, members


def _record_of(path: Path, found: list[tuple[int, dict[str, Any]]]) -> RunRecord:
    run: RunLine | None = None
    scenarios: list[ScenarioLine] = []
    end: EndLine | None = None
    for number, members in found:
        kind = members.pop("kind")
        del members["format"]
        if end is not None or (kind == "run" and run is not None):
            raise _unusable(path, number, f"a line about the {kind} cannot stand here")
        try:
            check_types(kind, members)
            if kind == "run":
                run = RunLine(**members)
            elif kind == "scenario":
                scenarios.append(scenario_of(members))
            else:
                end = EndLine(**{**members, **_tuples(members, "findings", "notes")})
        except (TypeError, ValueError, KeyError) as error:
            raise _unusable(path, number, str(error)) from None
    if run is None:
        raise _unusable(path, 1, "it has no line about the run")
    return RunRecord(run, tuple(scenarios), end)


def scenario_of(members: dict[str, Any]) -> ScenarioLine:
    """Return the line about a scenario from its plain data."""
    verdict, failure = members["verdict"], members["failure"]
    return ScenarioLine(
        **{
            **members,
            "verdict": None if verdict is None else Verdict(verdict),
            "checks": tuple(
                Check(**{**check, "verdict": Verdict(check["verdict"])})
                for check in members["checks"]
            ),
            **_tuples(members, "calls"),
            "failure": None
            if failure is None
            else FailureText(**{**failure, "lines": tuple(failure["lines"])}),
        }
    )


def _tuples(members: dict[str, Any], *names: str) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(members[name]) for name in names}


def _unusable(path: Path, number: int, hint: str) -> ConfigurationError:
    return ConfigurationError("record", given=str(path), hint=f"line {number}: {hint}")

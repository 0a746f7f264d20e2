"""Asks again what a record has asked, on another service, and compares the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.conform.asking import flags_of, made_up_credentials
from harness.cli.conform.options import write_text
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.cli.conform.suite import Suite
    from harness.verdicts.run_record import RunRecord

__all__ = ["Replay", "replay"]

#: The settings of a record that decide what is asked, and of whom.
_KEPT = ("seed", "srp", "pool", "pool_name", "pool_client")
#: On AWS, an administrator confirms users, and pools send no codes; so it is on this target.
_LIKE_AWS = "preflight"


@dataclass(frozen=True)
class Replay:
    """What to ask again, where, and what is known.

    Attributes:
        record: the file of the record.
        endpoint_url: the service to ask; an emulator of the run's own without it.
        expected: the file of the known differences.
        settings: the settings that the user gave for the other service.
        expression: pytest's ``-k``; all scenarios of the record without it.
        workers: how many processes ask.
    """

    record: Path
    endpoint_url: str | None
    expected: Path | None
    settings: Mapping[str, str]
    expression: str | None
    workers: int


def replay(wanted: Replay, file: Path, written: Mapping[str, Path | None]) -> int:
    """Ask again, show what differs, and return the exit code.

    Args:
        wanted: what to ask again.
        file: the file for the record of this run.
        written: the files for the differences, by option.

    Raises:
        ConfigurationError: the record or the file of known differences cannot be used.
    """
    from harness.reports import differences
    from harness.verdicts.differences import compare
    from harness.verdicts.expected_differences import judge, read_expectations

    before = _record(wanted.record)
    known = () if wanted.expected is None else read_expectations(wanted.expected)
    now = _ask_again(before, wanted, file)
    if wanted.expression is not None:
        before = _selected(before, now)
    comparison = compare(before, now)
    judged = judge(comparison, known)
    title = f"{before.run.service} in the record, {now.run.service} now"
    print(differences.differences_text(comparison, judged, title), end="")
    for option, render in (
        ("--json", differences.differences_json),
        ("--markdown", differences.differences_markdown),
    ):
        if (path := written[option]) is not None:
            write_text(option, path, render(comparison, judged, title))
    found = judged.unexpected or judged.agreeing or comparison.missing or not comparison.calls
    return ExitCode.FINDING if found else ExitCode.EXPECTED


def _record(path: Path) -> RunRecord:
    from harness.verdicts.run_record import read_record

    try:
        return read_record(path)
    except ConfigurationError as error:
        error.setting = "--against"
        raise


def _selected(before: RunRecord, now: RunRecord) -> RunRecord:
    """Return the record without the scenarios that ``-k`` leaves out."""
    asked = {line.id for line in now.scenarios}
    return replace(before, scenarios=tuple(line for line in before.scenarios if line.id in asked))


def _ask_again(before: RunRecord, wanted: Replay, file: Path) -> RunRecord:
    from harness.cli.conform.progress import percentage
    from harness.cli.conform.running import Selection, collect, run_scenarios
    from harness.cli.conform.suite import Suite

    suite, settings = Suite.find(), flags_of(_settings(before, wanted))
    ids = _ids(before, wanted, suite, collect(suite, settings, wanted.expression))
    made_up = {} if wanted.endpoint_url is None else made_up_credentials()
    selection = Selection(settings, ids=ids, workers=wanted.workers, environment=made_up)
    with percentage(f"asking {wanted.endpoint_url or 'the emulator'}") as tell:
        return run_scenarios(suite, selection, file, tell)


def _settings(before: RunRecord, wanted: Replay) -> dict[str, str]:
    recorded = {name: setting["value"] for name, setting in before.run.settings.items()}
    settings = {name: recorded[name] for name in _KEPT if name in recorded}
    if wanted.endpoint_url is not None:
        where = {"target": "endpoint", "endpoint_url": wanted.endpoint_url}
        return {**settings, **where, "texts": "codes", **wanted.settings}
    if before.run.target == "aws":
        settings["target"] = _LIKE_AWS
    elif recorded.get("mailbox") == "admin":
        settings |= {"target": "emulator", "mailbox": "admin"}
    return {"target": "emulator", **settings, "texts": "codes"}


def _ids(before: RunRecord, wanted: Replay, suite: Suite, there: list[str]) -> list[str]:
    recorded = {line.id for line in before.scenarios if line.outcome != "skipped"}
    ids = [name for name in there if name in recorded]
    if not ids:
        hint = f"it has none of the scenarios in {suite.root / 'scenarios'} that are selected"
        raise ConfigurationError("--against", given=str(wanted.record), hint=hint)
    return ids

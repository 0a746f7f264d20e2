"""The file of ``--cognito-record``, written by the process that reports while results come in."""

from __future__ import annotations

import os
import platform
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

from harness.clock import wall_seconds
from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_end_note, end_notes_of
from harness.plugin.report.run_secrets import run_secrets_of
from harness.plugin.run import metering
from harness.plugin.run.findings import findings_of
from harness.plugin.run.latency_report import latencies_of
from harness.plugin.run.options import only_looks, settings_of
from harness.plugin.run.run_identity import is_worker, run_of
from harness.plugin.run.scenario_lines import listen_to_lines, word_notes
from harness.plugin.run.skip_summary import skip_notes
from harness.verdicts.run_record import BEGINNING, EndLine, RunLine, as_line

if TYPE_CHECKING:
    from harness.settings.run_settings import Settings

__all__ = ["RecordFile", "begin_record", "check_record", "end_record"]

_FILE = pytest.StashKey["RecordFile"]()
_VERSIONS = ("cognito-mfa-harness", "boto3", "botocore", "moto", "pytest", "pytest-xdist")
_SETTING = "--cognito-record"


class RecordFile:
    """A record that grows line by line; each line is in the file when the method returns.

    What the file held before is kept until the first test begins: a run that comes to none, since
    a path or a module cannot be used, replaces no record.

    Args:
        path: the file.
        run: the line about the run.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, path: str, run: RunLine) -> None:
        self._path, self._run = Path(path), run
        self._was_there = self._path.exists()
        # It has the names of users, so others cannot read it unless its owner lets them.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8")
        #: Whether the line about the run is written.
        self.has_begun = False
        #: Why a line could not be written.
        self.problem = ""

    def pytest_runtest_logstart(self) -> None:
        """Replace what the file held, since a test begins."""
        self._begin()

    def write(self, kind: str, line: EndLine | dict[str, Any]) -> None:
        """Append a line; after a line that cannot be written, nothing more is."""
        self._begin()
        self._append(kind, line)

    def close(self) -> None:
        """Close the file; one that was made and got no line is taken away."""
        try:
            self._file.close()
            if not self.has_begun and not self._was_there:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            self.problem = self.problem or error.strerror or str(error)

    def _begin(self) -> None:
        if self.has_begun:
            return
        self.has_begun = True
        if self._path.is_file():  # a pipe has nothing to remove
            self._file.truncate(0)
        self._append("run", self._run)

    def _append(self, kind: str, line: RunLine | EndLine | dict[str, Any]) -> None:
        if self.problem:
            return
        try:
            self._file.write(as_line(kind, line) + "\n")
            self._file.flush()
        except OSError as error:
            self.problem = error.strerror or str(error)


def check_record(settings: Settings) -> None:
    """Check that the file of the settings may be replaced by a record.

    Raises:
        ConfigurationError: it is the file of something else.
    """
    record, latencies = settings.record, settings.latencies
    if record.value is None:
        return
    path = Path(record.value)
    if latencies.value is not None and path.resolve() == Path(latencies.value).resolve():
        raise _unusable(settings, "--cognito-latencies names the same file")
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(BEGINNING)) != BEGINNING.encode():
                raise _unusable(settings, "the file exists, and is no record of a run")


def begin_record(config: pytest.Config) -> None:
    """Begin the record if the settings name a file and the run carries tests out.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    if is_worker(config) or _FILE in config.stash or only_looks(config):
        return
    try:
        settings = settings_of(config)
    except ConfigurationError:
        # Whoever uses the settings reports it.
        return
    if settings.record.value is None:
        return
    check_record(settings)
    try:
        record = RecordFile(settings.record.value, _run_line(config, settings))
    except OSError as error:
        raise _unusable(settings, f"it cannot be written: {error.strerror}") from None
    config.stash[_FILE] = record
    config.pluginmanager.register(record, "cognito-record-file")
    listen_to_lines(config, lambda line: record.write("scenario", line))


def end_record(config: pytest.Config, exit_code: int) -> bool:
    """Write the last line, and return whether the record is complete."""
    record = config.stash.get(_FILE, None)
    if record is None:
        return True
    if record.has_begun:
        record.write("end", _end_line(config, exit_code))
    record.close()
    if record.problem:
        path = settings_of(config).record.value
        add_end_note(config, f"{_SETTING}: cannot write {path}: {record.problem}")
    return not record.problem


def _run_line(config: pytest.Config, settings: Settings) -> RunLine:
    shown = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return RunLine(
        run_id=run_of(config).name(settings),
        target=settings.target.value,
        service=settings.service,
        seed=settings.seed.value,
        started_at=wall_seconds(),
        settings={
            name: {"value": setting.shown, "source": setting.source}
            for name, setting in shown.items()
            if setting.value is not None
        },
        versions={"python": platform.python_version(), **_versions()},
    )


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _end_line(config: pytest.Config, exit_code: int) -> EndLine:
    scrub = run_secrets_of(config).lasting
    notes = (
        *end_notes_of(config),
        *word_notes(config),
        *metering.summary(config)[0],
        *skip_notes(config),
    )
    return EndLine(
        exit_code=exit_code,
        ended_at=wall_seconds(),
        latencies=latencies_of(config),
        findings=tuple(findings_of(config)),
        notes=tuple(scrub(note) for note in notes),
    )


def _unusable(settings: Settings, hint: str) -> ConfigurationError:
    record = settings.record
    return ConfigurationError(_SETTING, given=record.value, source=record.source, hint=hint)

"""Latencies of a run: recorded in each process, handed to the controller, shown at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_end_note
from harness.plugin.run.options import is_any_given, settings_of
from harness.plugin.run.repetition import INSTALL
from harness.plugin.run.run_identity import is_worker, worker_output

if TYPE_CHECKING:
    from harness.flows.latencies import Latencies
    from harness.flows.latency_recorder import LatencyRecorder
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = [
    "Recording",
    "check_recording",
    "latencies_of",
    "latency_lines",
    "latency_plots",
    "note_lost_worker",
    "note_report",
    "save_latencies",
    "take_over_latencies",
]

_RECORDING = pytest.StashKey["Recording"]()
_LATENCIES = pytest.StashKey["Latencies"]()
_HANDED_OVER = "cognito_latencies"
_OUTCOMES = ("succeeded", "refused", "throttled", "failed")
_COLORS = ("#4daf4a", "#377eb8", "#ff7f00", "#e41a1c")


class Recording:
    """Records the calls of one process of the run, if the settings say so.

    Args:
        config: of this process of the run.
        target: the target, already started.
        settings: say whether latencies are recorded.
    """

    def __init__(self, config: pytest.Config, target: Target, settings: Settings) -> None:
        self._config = config
        self._recorder: LatencyRecorder | None = None
        self._has_failed = False
        if settings.records_latencies:
            from harness.flows.latency_recorder import LatencyRecorder

            self._recorder = LatencyRecorder(_share(settings))
            self._recorder.attach(target.client())
            config.stash[_RECORDING] = self

    def note(self, report: pytest.TestReport) -> None:
        """Judge the errors of a test when it is over: expected if it has passed."""
        # A test that failed as its mark xfail expects is reported as skipped.
        failed_as_expected = report.skipped and hasattr(report, "wasxfail")
        self._has_failed |= report.failed or failed_as_expected
        if report.when == "teardown":
            self._judge()

    def end(self) -> None:
        """Hand over what was recorded."""
        if self._recorder is None:
            return
        self._judge()
        latencies = self._recorder.latencies
        if is_worker(self._config):
            worker_output(self._config)[_HANDED_OVER] = latencies.as_record()
        else:
            _add(self._config, latencies)

    def _judge(self) -> None:
        if self._recorder is not None:
            self._recorder.judge(passed=not self._has_failed)
        self._has_failed = False


def check_recording(settings: Settings) -> None:
    """Check that the run can record latencies if the settings say so.

    Raises:
        ConfigurationError: the library for it is not installed.
    """
    from harness.flows.latencies import has_histograms

    if settings.records_latencies and not has_histograms():
        named = "repeat" if settings.latencies.value is None else "latencies"
        setting = getattr(settings, named)
        raise ConfigurationError(
            f"--cognito-{named}",
            given=setting.value,
            source=setting.source,
            hint=f"it needs hdrhistogram, which is not installed: {INSTALL}",
        )


def note_report(item: pytest.Item, report: pytest.TestReport) -> None:
    """Tell the recording of this process how a phase of a test ended."""
    recording = item.config.stash.get(_RECORDING, None)
    if recording is not None:
        recording.note(report)


def take_over_latencies(config: pytest.Config, output: dict[str, Any]) -> None:
    """Add what an xdist worker has recorded."""
    if _HANDED_OVER in output:
        from harness.flows.latencies import Latencies

        _add(config, Latencies.of_record(output[_HANDED_OVER]))


def note_lost_worker(config: pytest.Config, worker: str) -> None:
    """Say that a worker has ended without handing over its latencies."""
    try:
        records = settings_of(config).records_latencies
    except ConfigurationError:
        return
    if records:
        add_end_note(config, f"worker {worker} has crashed; its calls are not in the latencies")


def save_latencies(config: pytest.Config) -> bool:
    """Write the file of the settings, and return whether that was possible."""
    latencies = config.stash.get(_LATENCIES, None)
    path = None if is_worker(config) else _path(config)
    if path is None:
        return True
    if latencies is None:
        # What an earlier run wrote there is not what this run has measured.
        latencies = _nothing(config, path)
        if latencies is None:
            return False
    from harness.flows.latency_table import write_latencies

    try:
        write_latencies(latencies, Path(path))
    except OSError as error:
        add_end_note(config, f"--cognito-latencies: cannot write {path}: {error.strerror}")
        return False
    return True


def _path(config: pytest.Config) -> str | None:
    """Return the file of the settings, in a run that carries tests out."""
    if config.getoption("collectonly") or not is_any_given(config):
        return None
    try:
        return settings_of(config).latencies.value
    except ConfigurationError:
        # Whoever uses the settings reports it.
        return None


def _nothing(config: pytest.Config, path: str) -> Latencies | None:
    """Return the latencies of a run without calls, and say that it had none."""
    from harness.flows.latencies import Latencies, has_histograms

    if not has_histograms():
        note = f"--cognito-latencies: cannot write {path}: it needs hdrhistogram; {INSTALL}"
        add_end_note(config, note)
        return None
    add_end_note(config, f"no call of Cognito was recorded, so {path} has none")
    return Latencies(_share(settings_of(config)))


def latencies_of(config: pytest.Config) -> dict[str, Any]:
    """Return the latencies of the whole run as plain data; nothing if none were recorded."""
    latencies = config.stash.get(_LATENCIES, None)
    if latencies is None:
        return {}
    from harness.flows.latency_table import summarized

    return summarized(latencies)


def latency_lines(config: pytest.Config) -> list[str]:
    """Return the table of the whole run, if latencies were recorded."""
    latencies = config.stash.get(_LATENCIES, None)
    if latencies is None or is_worker(config):
        return []
    from harness.flows.latency_table import table

    return table(latencies)


def latency_plots(config: pytest.Config) -> list[str]:
    """Return the plots of the whole run as HTML, if latencies were recorded."""
    latencies = config.stash.get(_LATENCIES, None)
    if latencies is None:
        return []
    return ["<h2>Cognito calls</h2>", *(f"<p>{plot}</p>" for plot in _plots(latencies))]


def _plots(latencies: Latencies) -> Iterator[str]:
    from harness.flows.latencies import PERCENTILES
    from harness.reports.plots import percentile_plot, stacked_bars

    steps = {f"{name} {step}".strip(): found for (name, step), found in latencies.steps().items()}
    yield percentile_plot(
        "Latencies, with p99 beside each bar",
        {
            name: {f"p{percentile:g}": found.milliseconds(percentile) for percentile in PERCENTILES}
            for name, found in steps.items()
        },
        "ms",
    )
    yield stacked_bars(
        "Calls: succeeded / refused as expected / throttled / failed",
        {
            name: (found.succeeded, found.refused, found.throttled, found.failed)
            for name, found in steps.items()
        },
        _OUTCOMES,
        _COLORS,
    )


def _add(config: pytest.Config, latencies: Latencies) -> None:
    before = config.stash.get(_LATENCIES, None)
    if before is None:
        config.stash[_LATENCIES] = latencies
    else:
        before.add(latencies)


def _share(settings: Settings) -> float:
    return settings.quota_share.value / 100 if settings.uses_quotas else 1.0

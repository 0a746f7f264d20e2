"""What a run does about calls that get no result: it repeats them, or the whole test, and reports.

A call whose result cannot be known voids the test that made it: whatever follows would be luck.
The test is run again from the start, with people of its own, and only the last try is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError
from harness.plugin.report.end_notes import add_end_note
from harness.plugin.run.options import is_any_given, settings_of
from harness.plugin.run.run_identity import is_worker, worker_output

if TYPE_CHECKING:
    from harness.errors import ResultUnknown
    from harness.flows.retries import CallRetries
    from harness.settings.run_settings import Settings
    from harness.targets.base import Target

__all__ = [
    "Network",
    "believing",
    "most_tries",
    "note_again",
    "note_retries",
    "take_over_retries",
    "unknown_results",
    "without_retries",
]

_RETRIES = pytest.StashKey["CallRetries"]()
_COUNTED = pytest.StashKey["_Counted"]()
_HANDED_OVER = "cognito_retries"


class _Counted:
    """What was repeated.

    Attributes:
        calls: how often a call was repeated, by operation and reason.
        tests: how often a test was run again, by operation and reason.
    """

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.tests: Counter[tuple[str, str]] = Counter()

    def as_record(self) -> dict[str, list[list[Any]]]:
        """Return the numbers as plain data, for the xdist controller."""
        return {name: [[*key, count] for key, count in found.items()] for name, found in self._all}

    def add(self, record: dict[str, list[list[Any]]]) -> None:
        """Add the numbers of another process."""
        for name, found in self._all:
            for operation, reason, count in record[name]:
                found[operation, reason] += count

    def lines(self) -> Iterator[str]:
        """Yield what the end of the run says."""
        if self.calls:
            yield f"calls were repeated {_times(self.calls)}"
            yield from _by_reason(self.calls)
        if self.tests:
            yield (
                f"tests were run again {_times(self.tests)}, since the result of a call could not "
                "be known"
            )
            yield from _by_reason(self.tests)

    @property
    def _all(self) -> tuple[tuple[str, Counter[tuple[str, str]]], ...]:
        return ("calls", self.calls), ("tests", self.tests)


class Network:
    """Repeats the calls of a target's client, if the settings say so.

    Args:
        config: of this process of the run.
        target: the target, already started.
        settings: say how often.
        paced: whether a pacer repeats the throttled calls.
    """

    def __init__(
        self, config: pytest.Config, target: Target, settings: Settings, *, paced: bool
    ) -> None:
        self._config = config
        self._retries: CallRetries | None = None
        most = settings.network_retries.value
        if most == 0:
            return
        from harness.clock import waits_of
        from harness.flows.retries import CallRetries

        # The faults of an emulator strike by the number of the call, not by its time.
        is_emulated = settings.target.value in ("emulator", "preflight", "server")
        waits = None if is_emulated else waits_of(target.clock)
        self._retries = CallRetries(most, waits, repeats_throttles=not paced)
        self._retries.attach(target.client())
        config.stash[_RETRIES] = self._retries

    def end(self) -> None:
        """Add what was repeated to the report of the run."""
        if self._retries is None:
            return
        counted = self._config.stash.setdefault(_COUNTED, _Counted())
        counted.calls.update(self._retries.counts)
        del self._config.stash[_RETRIES]
        if is_worker(self._config):
            worker_output(self._config)[_HANDED_OVER] = counted.as_record()


def most_tries(config: pytest.Config) -> int:
    """Return how often a test may be run again."""
    try:
        return settings_of(config).network_retries.value if is_any_given(config) else 0
    except ConfigurationError:
        # Whoever uses the settings reports it.
        return 0


def unknown_results(config: pytest.Config) -> list[ResultUnknown]:
    """Return the calls whose result is unknown, and forget them."""
    retries = config.stash.get(_RETRIES, None)
    if retries is None:
        return []
    found, retries.unknown = retries.unknown, []
    return found


def without_retries(config: pytest.Config) -> AbstractContextManager[None]:
    """Return a block in which no call is repeated, for a test that is about failures."""
    retries = config.stash.get(_RETRIES, None)
    return nullcontext() if retries is None else retries.off()


def believing(config: pytest.Config) -> AbstractContextManager[None]:
    """Return a block in which every response is believed, for deletions at the end."""
    retries = config.stash.get(_RETRIES, None)
    return nullcontext() if retries is None else retries.believing()


def note_again(config: pytest.Config, unknown: ResultUnknown) -> None:
    """Count that a test is run again, and why."""
    reason = unknown.reason.partition(",")[0].partition(";")[0]
    counted = config.stash.setdefault(_COUNTED, _Counted())
    counted.tests[unknown.operation, reason] += 1


def take_over_retries(config: pytest.Config, output: dict[str, Any]) -> None:
    """Add what an xdist worker has repeated."""
    if _HANDED_OVER in output:
        config.stash.setdefault(_COUNTED, _Counted()).add(output[_HANDED_OVER])


def note_retries(config: pytest.Config) -> None:
    """Add what was repeated in the whole run to the end notes."""
    counted = config.stash.get(_COUNTED, None)
    if counted is not None and not is_worker(config):
        for line in counted.lines():
            add_end_note(config, line)


def _times(counted: Counter[tuple[str, str]]) -> str:
    total = sum(counted.values())
    return "once" if total == 1 else f"{total} times"


def _by_reason(counted: Counter[tuple[str, str]]) -> Iterator[str]:
    """Yield a line for each reason: its operations, those with the most first."""
    reasons: dict[str, Counter[str]] = {}
    for (operation, reason), count in counted.items():
        reasons.setdefault(reason, Counter())[operation] += count
    for reason, operations in sorted(reasons.items(), key=lambda each: -sum(each[1].values())):
        shown = ", ".join(f"{name} {count}" for name, count in operations.most_common())
        yield f"  {reason}, {sum(operations.values())}: {shown}"

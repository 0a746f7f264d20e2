"""Latencies and errors of calls, per operation and step, in a form that processes can add up.

A step is an operation with the challenge that it responds to, or the flow that it starts:
``RespondToAuthChallenge SOFTWARE_TOKEN_MFA``. Latencies are kept in histograms of the library
hdrhistogram, since percentiles of several processes cannot be computed from their percentiles.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, cast

__all__ = ["PERCENTILES", "CallRecord", "Latencies", "has_histograms", "step_of"]

#: The percentiles that a table shows.
PERCENTILES = (50.0, 90.0, 95.0, 99.0)
#: Latencies in microseconds, up to an hour, with three significant digits.
_LONGEST = 3_600_000_000
_DIGITS = 3
FORMAT = "cognito-harness latencies"
VERSION = 1
_COUNTS = ("sent", "throttled", "refused", "failed")


def has_histograms() -> bool:
    """Return whether the library hdrhistogram is installed."""
    return find_spec("hdrh") is not None


def step_of(parameters: Mapping[str, Any]) -> str:
    """Return the challenge that a call responds to, or the flow that it starts, or nothing."""
    return str(parameters.get("ChallengeName") or parameters.get("AuthFlow") or "")


def _new_histogram() -> Any:
    from hdrh.histogram import HdrHistogram

    return HdrHistogram(1, _LONGEST, _DIGITS)


@dataclass
class CallRecord:
    """What happened to the calls of one step.

    A call that was sent again counts once for each time that it was sent.

    Attributes:
        sent: how often a call was sent.
        throttled: responses that said that there were too many requests.
        refused: errors that were expected.
        failed: errors that were not expected, and calls without a response.
        codes: the errors by their code, throttles included.
        begun: when the first call was sent, in epoch seconds; 0 without one.
        ended: when the last response came.
        histogram: latencies of all responses but throttles.
    """

    sent: int = 0
    throttled: int = 0
    refused: int = 0
    failed: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    begun: float = 0.0
    ended: float = 0.0
    histogram: Any = field(default_factory=_new_histogram)

    def latency(self, seconds: float) -> None:
        """Record the latency of a response."""
        self.histogram.record_value(min(max(round(seconds * 1e6), 1), _LONGEST))

    def lasted(self, begun: float, ended: float) -> None:
        """Widen the time in which the calls were made."""
        self.begun = min(self.begun or begun, begun)
        self.ended = max(self.ended, ended)

    def add(self, other: CallRecord) -> None:
        """Add the calls of another record."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.codes += other.codes
        if other.sent:
            self.lasted(other.begun, other.ended)
        self.histogram.add(other.histogram)

    @property
    def succeeded(self) -> int:
        """The calls that Cognito carried out."""
        return self.sent - self.throttled - self.refused - self.failed

    @property
    def counted(self) -> int:
        """The calls that count against a quota: those that were not throttled."""
        return self.sent - self.throttled

    @property
    def per_second(self) -> float:
        """The calls per second that were not throttled, from the first to the last of them."""
        return self.counted / max(self.ended - self.begun, 1.0)

    def milliseconds(self, percentile: float) -> float:
        """Return the latency that so many percent of the responses do not exceed."""
        # A histogram rounds a percentile up to the end of its step, beyond the longest latency.
        found = self.histogram.get_value_at_percentile(percentile)
        return min(float(found) / 1000, self.slowest)

    @property
    def slowest(self) -> float:
        """The longest latency in milliseconds."""
        return float(self.histogram.get_max_value()) / 1000

    def as_record(self) -> dict[str, Any]:
        """Return the record as plain data, for other processes and for JSON."""
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "codes": dict(self.codes),
            "begun": self.begun,
            "ended": self.ended,
            "histogram": self.histogram.encode().decode("ascii"),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> CallRecord:
        """Return the record of :meth:`as_record`.

        Raises:
            ValueError: it is none.
        """
        try:
            return cls(
                **{name: int(record[name]) for name in _COUNTS},
                codes=Counter({str(code): int(n) for code, n in record["codes"].items()}),
                begun=_moment(record["begun"]),
                ended=_moment(record["ended"]),
                histogram=_decoded(record["histogram"]),
            )
        except (AttributeError, KeyError, OverflowError, TypeError) as error:
            raise ValueError(f"a step has no usable {error}") from error


class Latencies:
    """The records of all steps; several processes' and several machines' can be added.

    Args:
        share: the share of the default quotas that the calls were allowed to use.
    """

    def __init__(self, share: float = 1.0) -> None:
        self.share = share
        self._lock = threading.Lock()
        self._records: dict[tuple[str, str], CallRecord] = {}

    def change(self, key: tuple[str, str], change: Callable[[CallRecord], None]) -> None:
        """Change the record of an operation and a step, while no other thread does."""
        with self._lock:
            if key not in self._records:
                self._records[key] = CallRecord()
            change(self._records[key])

    def add(self, other: Latencies) -> None:
        """Add the calls of another process, which kept the same share of the quotas."""
        for key, record in other.steps().items():
            self.change(key, _addition(record))

    def add_machine(self, other: Latencies) -> None:
        """Add the calls of another machine, with a share of the quotas of its own."""
        self.add(other)
        self.share = min(1.0, self.share + other.share)

    def steps(self) -> dict[tuple[str, str], CallRecord]:
        """Return the records by operation and step, in alphabetical order."""
        with self._lock:
            return dict(sorted(self._records.items()))

    def operations(self) -> dict[str, CallRecord]:
        """Return the records of each operation: the sum of its steps."""
        return self._summed(lambda operation: operation)

    def grouped(self, group_of: Callable[[str], str | None]) -> dict[str, CallRecord]:
        """Return the sums of the operations in each group, such as a category of the quotas."""
        return self._summed(group_of)

    def total(self) -> CallRecord:
        """Return the sum of all calls."""
        return self._summed(lambda _: "").get("", CallRecord())

    def _summed(self, group_of: Callable[[str], str | None]) -> dict[str, CallRecord]:
        sums: dict[str, CallRecord] = {}
        for (operation, _), record in self.steps().items():
            group = group_of(operation)
            if group is not None:
                sums.setdefault(group, CallRecord()).add(record)
        return sums

    def as_record(self) -> dict[str, Any]:
        """Return everything as plain data, for other processes and for JSON."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "share": self.share,
            "steps": [
                {"operation": operation, "step": step, **record.as_record()}
                for (operation, step), record in self.steps().items()
            ],
        }

    @classmethod
    def of_record(cls, found: Any) -> Latencies:
        """Return what :meth:`as_record` returned, perhaps in another process.

        Raises:
            ValueError: it is something else; the text is one line.
        """
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError(f"it does not hold {FORMAT}")
        if found.get("version") != VERSION or isinstance(found.get("version"), bool):
            raise ValueError(f"its version is {found.get('version')!r}, not {VERSION}")
        share, steps = found.get("share"), found.get("steps")
        if not isinstance(share, float | int) or not isinstance(steps, list):
            raise ValueError("it has no usable share or steps")
        latencies = cls(float(share))
        for step in steps:
            record = CallRecord.of_record(step)
            key = (str(step.get("operation", "")), str(step.get("step", "")))
            latencies.change(key, _addition(record))
        return latencies


def _addition(record: CallRecord) -> Callable[[CallRecord], None]:
    return lambda mine: mine.add(record)


def _moment(value: Any) -> float:
    moment = float(value)
    if not math.isfinite(moment):
        raise ValueError(f"a step began or ended at {moment}")
    return moment


def _decoded(text: str) -> Any:
    from hdrh.histogram import HdrHistogram

    try:
        histogram = HdrHistogram.decode(text.encode("ascii"))
    # The library raises the errors of struct, zlib and ctypes, and its own.
    except Exception as error:
        raise ValueError(f"a histogram cannot be read ({type(error).__name__})") from error
    return cast("Any", histogram)

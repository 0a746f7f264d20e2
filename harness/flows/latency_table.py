"""The table of latencies: operations with their steps, and the rates beside the quotas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.flows.latencies import PERCENTILES, CallRecord, Latencies
from harness.flows.quotas import RATES, category_of

__all__ = ["read_latencies", "summarized", "table", "write_latencies"]

_HEAD = ("calls", "throttled", "refused", "failed", "p50", "p90", "p95", "p99", "max", "per s")
_TOTAL = "total"


def table(latencies: Latencies) -> list[str]:
    """Return the lines of the table: one for each operation and step, the total, the quotas."""
    rows: list[tuple[str, ...]] = [("latencies in ms", *_HEAD)]
    steps = latencies.steps()
    for operation, record in latencies.operations().items():
        rows.append((operation, *_cells(record)))
        rows += [
            (f"  {step}", *_cells(of_step))
            for (name, step), of_step in steps.items()
            if name == operation and step
        ]
    rows.append((_TOTAL, *_cells(latencies.total())))
    return [*_aligned(rows), *_rates(latencies), *_errors(latencies)]


def summarized(latencies: Latencies) -> dict[str, Any]:
    """Return everything as plain data: the histograms, and what the table shows of them."""
    record = latencies.as_record()
    for step, found in zip(record["steps"], latencies.steps().values(), strict=True):
        step.update(_figures(found))
    return {
        **record,
        "operations": {name: _shown(found) for name, found in latencies.operations().items()},
        "quotas": {
            name: {
                "calls": found.counted,
                "throttled": found.throttled,
                "per_second": round(found.per_second, 3),
                "allowed_per_second": RATES[name] * latencies.share,
            }
            for name, found in latencies.grouped(category_of).items()
        },
        "total": _shown(latencies.total()),
    }


def write_latencies(latencies: Latencies, path: Path) -> None:
    """Write latencies to a file in JSON; it holds no name, token or code.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(json.dumps(summarized(latencies), indent=1) + "\n", encoding="utf-8")


def read_latencies(path: Path) -> Latencies:
    """Read a file of :func:`write_latencies`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else; the text is one line.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from error
    return Latencies.of_record(found)


def _cells(record: CallRecord) -> tuple[str, ...]:
    counts = (record.sent, record.throttled, record.refused, record.failed)
    times = [record.milliseconds(percentile) for percentile in PERCENTILES] + [record.slowest]
    return (
        *(str(count) for count in counts),
        *(f"{milliseconds:.1f}" for milliseconds in times),
        f"{record.per_second:.1f}",
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _rates(latencies: Latencies) -> Iterator[str]:
    """Yield the rate of each quota beside what is allowed, the fullest quota first."""
    found = latencies.grouped(category_of)
    fullness = {name: record.per_second / RATES[name] for name, record in found.items()}
    for name in sorted(fullness, key=lambda name: -fullness[name]):
        allowed = RATES[name] * latencies.share
        yield (
            f"quota {name}: {found[name].per_second:.1f} per second of {allowed:g} allowed, "
            f"{found[name].throttled} throttled"
        )


def _errors(latencies: Latencies) -> Iterator[str]:
    codes = latencies.total().codes
    if codes:
        yield "errors: " + ", ".join(f"{code} {count}" for code, count in codes.most_common())


def _figures(record: CallRecord) -> dict[str, Any]:
    percentiles = {
        f"p{percentile:g}": record.milliseconds(percentile) for percentile in PERCENTILES
    }
    return {
        "milliseconds": {**percentiles, "max": record.slowest},
        "per_second": round(record.per_second, 3),
    }


def _shown(record: CallRecord) -> dict[str, Any]:
    counts = {name: getattr(record, name) for name in ("sent", "throttled", "refused", "failed")}
    return {**counts, "codes": dict(record.codes), **_figures(record)}

"""Measures how many calls a second the pacing lets through: processes that share one file of slots.

``python -m benchmarks.slots`` prints the rate of all processes together, for one to three of them.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path

from harness.clock import steady_seconds
from harness.flows.slots import Slots

_PROCESSES = (1, 2, 3)
_COUNT = 2000
#: How many users make calls at a time; each has a row while it may not make another call.
_USERS = 50


def rate(processes: int, count: int) -> float:
    """Return how many slots a second so many processes take together, each of them ``count``."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "pacing.json")
        # Spawned, since a forked process shares more than the file.
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            spans = pool.starmap(_take, [(path, count)] * processes)
    return processes * count / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _take(path: str, count: int) -> tuple[float, float]:
    slots = Slots(Path(path))
    begun = steady_seconds()
    for number in range(count):
        rows = {f"category-{number % 5}": 1e-6, f"user-{number % _USERS}": 0.1}
        slots.take(rows, steady_seconds())
    return begun, steady_seconds()


def main() -> None:
    """Print a line for each number of processes."""
    for processes in _PROCESSES:
        print(f"{processes} processes: {rate(processes, _COUNT):,.0f} slots a second")


if __name__ == "__main__":
    main()

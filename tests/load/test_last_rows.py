"""Locust's CSV files have every request, also those of the last second."""

from __future__ import annotations

import csv
from pathlib import Path

from locust import stats
from locust.env import Environment

from harness.load.last_rows import LastRowsWriter, write_last_rows
from harness.load.results import CALL


def test_last_requests_are_written(tmp_path: Path) -> None:
    """What came after the last second of the writer is in the files when they are closed."""
    environment = Environment()
    writer = LastRowsWriter(environment, [0.5], str(tmp_path / "run"))
    for number in range(3):
        environment.stats.log_request(CALL, "GetUser", 10 + number, 1)
    environment.stats.log_error(CALL, "GetUser", "gone")
    writer.close_files()
    with (tmp_path / "run_stats.csv").open(encoding="utf-8") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert rows["GetUser"]["Request Count"] == "3"
    assert rows["Aggregated"]["Request Count"] == "3"
    with (tmp_path / "run_failures.csv").open(encoding="utf-8") as file:
        (failure,) = csv.DictReader(file)
    assert failure["Occurrences"] == "1"


def test_locust_makes_this_writer() -> None:
    """Locust looks the writer up by its name, which stands for ours from then on."""
    before = stats.StatsCSVFileWriter
    try:
        write_last_rows()
        assert stats.StatsCSVFileWriter is LastRowsWriter
    finally:
        stats.StatsCSVFileWriter = before  # type: ignore[misc]

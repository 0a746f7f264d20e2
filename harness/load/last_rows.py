"""Locust's CSV files with the last results: Locust writes them each second, not at the end.

With several processes the master waits for the reports of its workers, so that a second has mostly
passed when it ends. A single process ends with its last request.
"""

from __future__ import annotations

from typing import Any

from locust import stats
from locust.stats import StatsCSVFileWriter

from harness.clock import wall_seconds

__all__ = ["LastRowsWriter", "write_last_rows"]


class LastRowsWriter(StatsCSVFileWriter):
    """Writes the CSV files once more before it closes them."""

    def close_files(self) -> None:
        """Write what came since the last second, and close the files."""
        for handle, writer, rows in (
            (self.requests_csv_filehandle, self.requests_csv_writer, self.requests_csv),
            (self.failures_csv_filehandle, self.failures_csv_writer, self.failures_csv),
        ):
            handle.seek(0)
            handle.truncate()
            rows(writer)
        self._stats_history_data_rows(self.stats_history_csv_writer, wall_seconds())
        super().close_files()


def write_last_rows() -> None:
    """Have this process of Locust write its CSV files so; it makes its writer later."""
    module: Any = stats
    module.StatsCSVFileWriter = LastRowsWriter

"""Load runs of several Locust processes: nothing is lost, and nobody is used twice at once."""

from __future__ import annotations

from pathlib import Path

from tests.cli.processes import serving
from tests.load.locust_processes import by_operation, counted, locust_run, prepared, reported

PROFILE = """
[flows]
Refresh = 3
SrpSignIn = 1
"""


def test_a_master_and_two_workers_report_what_the_server_counted(tmp_path: Path) -> None:
    """The table of the master has every request that the server has counted, and no other."""
    with serving() as served:
        plan = prepared(served.url, tmp_path, PROFILE, "--users", "6", "--processes", "2")
        before = counted(served.url)
        options = ("--users", "6", "--spawn-rate", "6", "--run-time", "4s")
        with locust_run(plan, 2, *options) as run:
            code, printed = run.end()
        sent = counted(served.url) - before
    table = reported(printed)
    assert code == 0, printed
    assert table["total"].failed == 0
    assert by_operation(table) == sent
    assert sent["InitiateAuth"] > 0

"""A master and three workers: killed, joined, and in network namespaces of their own."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.processes import serving
from tests.load.locust_processes import (
    by_operation,
    counted,
    locust_run,
    prepared,
    reported,
    wait_for_calls,
)
from tests.load.long.namespaces import Network, why_no_namespaces

#: A TOTP code works once, so that nobody can be used twice at once without a failure.
PROFILE = """
[flows]
Refresh = 6
SrpSignIn = 2
TotpSignIn = 1
RememberedDeviceSignIn = 1
"""
SIZE = ("--users", "30", "--spawn-rate", "30")


def test_three_workers_report_what_the_server_counted(tmp_path: Path) -> None:
    """The table of the master has every request that the server has counted, and no other."""
    with serving("--set", "quotas=true") as served:
        plan = prepared(served.url, tmp_path, PROFILE, "--users", "30", "--processes", "3")
        before = counted(served.url)
        with locust_run(plan, 3, *SIZE, "--run-time", "30s") as run:
            code, printed = run.end()
        sent = counted(served.url) - before
    assert code == 0, printed
    assert by_operation(reported(printed)) == sent
    assert sent["InitiateAuth"] > 100


def test_a_killed_worker_and_a_new_one_change_only_the_rate(tmp_path: Path) -> None:
    """No request fails or is throttled, though one worker is killed and another one joins."""
    with serving("--set", "quotas=true") as served:
        plan = prepared(served.url, tmp_path, PROFILE, "--users", "30", "--processes", "4")
        before = counted(served.url)
        with locust_run(plan, 3, *SIZE, "--run-time", "60s") as run:
            wait_for_calls(served.url, "InitiateAuth", 200)
            run.workers[0].send_signal(signal.SIGKILL)
            # Locust notices after three seconds, and only then has others take over.
            wait_for_calls(served.url, "InitiateAuth", 300)
            run.add_worker()
            code, printed = run.end()
        sent = counted(served.url) - before
    total = reported(printed)["total"]
    assert code == 0, printed
    assert (total.failed, total.throttled) == (0, 0), printed
    # What the killed worker sent after its last report, which it sends every three seconds.
    lost = sent.total() - total.requests
    assert 0 <= lost < sent.total() * 0.1


@pytest.mark.skipif(bool(why_no_namespaces()), reason=why_no_namespaces() or "-")
def test_workers_in_namespaces_report_what_the_server_counted(tmp_path: Path) -> None:
    """The counts are the same if server, master and workers reach each other over a network."""
    with (
        Network(4) as network,
        serving("--host", network.address, "--allow-host", network.address) as served,
    ):
        plan = prepared(served.url, tmp_path, PROFILE, "--users", "30", "--processes", "3")
        before = counted(served.url)
        with network.locust_run(plan) as run:
            run.begin(3, *SIZE, "--run-time", "30s")
            for host in network.hosts[1:]:
                run.add_worker(host.prefix)
            code, printed = run.end()
        sent = counted(served.url) - before
    assert code == 0, printed
    assert by_operation(reported(printed)) == sent
    assert sent["InitiateAuth"] > 100

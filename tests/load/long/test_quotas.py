"""Load runs at Cognito's quotas: paced, unpaced, and the ramp that finds them.

They need a machine that has nothing else to do: the quotas are counted in whole seconds, and a
server that is kept waiting for a moment gets more requests in the next second.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.flows.quotas import RATES
from harness.targets.control import ControlSurface
from tests.cli.processes import COMMAND, serving
from tests.load.locust_processes import counted, locust_run, prepared, reported, run_command

ALLOWED = RATES["UserAuthentication"]
#: One call of the quota's category, and nothing else, so that no machine is too slow for it.
PROFILE = "[flows]\nRefresh = 1\n"
FLOOD = f"{PROFILE}\n[pace]\nthink_time = 0\n"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The file of the profile."""
    file = tmp_path / "profile.toml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


def test_a_paced_run_uses_the_quota_and_is_not_throttled(profile: Path) -> None:
    """At the default share, at least 95 % of the allowed rate is reached without a throttle."""
    size = ("--users", "150", "--spawn-rate", "100", "--run-time", "60s")
    printed = run_command(*COMMAND, "load", "--profile", str(profile), *size)
    total = reported(printed)["total"]
    rate = re.search(r"^Refresh +\d+ done, ([\d.]+) a second", printed, re.MULTILINE)
    assert rate is not None
    assert (total.throttled, total.failed) == (0, 0), printed
    assert float(rate[1]) >= 0.95 * ALLOWED, printed


def test_an_unpaced_run_counts_throttles_apart(tmp_path: Path) -> None:
    """Every request of a flood is counted once: as answered or as throttled, none as failed."""
    with serving("--set", "quotas=true") as served:
        control = ControlSurface(served.url)
        control.switch_quotas(False)
        plan = prepared(served.url, tmp_path, FLOOD, "--users", "20", "--unpaced")
        control.switch_quotas(True)
        before = control.calls()["InitiateAuth"]
        with locust_run(plan, 1, "--users", "20", "--spawn-rate", "20", "--run-time", "20s") as run:
            code, printed = run.end()
        after = control.calls()["InitiateAuth"]
        total = counted(served.url)["InitiateAuth"] - sum(before.values())
    table = reported(printed)["total"]
    assert code == 0, printed
    assert table.requests == total
    assert table.throttled == after["TooManyRequestsException"] > 0
    assert table.failed == 0
    answered = after["success"] - before["success"]
    assert answered == table.requests - table.throttled


def test_the_ramp_finds_the_quota(profile: Path, tmp_path: Path) -> None:
    """The knee is within 5 % of the quota, and has its plot."""
    picture = tmp_path / "ramp.svg"
    printed = run_command(
        *COMMAND, "load", "--ramp", "--profile", str(profile), "--plot", str(picture)
    )
    knee = re.search(r"^knee: ([\d.]+) sign-ins a second held", printed, re.MULTILINE)
    assert knee is not None, printed
    assert float(knee[1]) == pytest.approx(ALLOWED, rel=0.05), printed
    assert picture.exists()

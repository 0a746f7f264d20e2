"""Measures the processor time of Locust for device sign-ins: ours, and a script written by hand.

Both sign the same people in, on the same served emulator, at a given rate.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child_cpu import run_one
from benchmarks.peers import PEERS

__all__ = ["LocustRun", "locust_runs"]

_HERE = Path(__file__).parent
_OURS = _HERE.parent / "harness" / "load" / "locustfile.py"
_BY_HAND = _HERE / "locust_pycognito.py"
_CPU = _HERE / "locust_cpu.py"
_PROFILE = "[flows]\nRememberedDeviceSignIn = 1\n\n[pace]\nthroughput = 1.0\n"
#: The calls of a sign-in by SRP on a remembered device, each of which is a request of ours.
_CALLS = 4


@dataclass(frozen=True)
class LocustRun:
    """What a run reached and took.

    Attributes:
        per_second: device sign-ins a second.
        cores: processor seconds of the Locust process in a second.
    """

    per_second: float
    cores: float

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of the Locust process for a sign-in."""
        return self.cores / self.per_second * 1000


def locust_runs(folder: Path, rate: int, rate_by_hand: int, seconds: int) -> dict[str, LocustRun]:
    """Prepare people on a served emulator, and run ours and the script by hand, one by one.

    Args:
        folder: keeps the plan while the runs last.
        rate: sign-ins a second to ask of ours; a user begins one a second.
        rate_by_hand: sign-ins a second to ask of the script by hand.
        seconds: how long each run lasts, without the start of Locust.
    """
    harness = next(peer for peer in PEERS if peer.name == "harness")
    with harness.serving(folder) as service:
        plan = _prepared(folder, f"http://127.0.0.1:{service.port}", max(rate, rate_by_hand))
        try:
            ours = _run(_OURS, plan, rate, seconds, _CALLS)
            by_hand = _run(_BY_HAND, plan, rate_by_hand, seconds, 1)
        finally:
            run_one([*_load(), "--remove", str(plan)], folder)
    return {"ours": ours, "by hand with pycognito": by_hand}


def _load() -> list[str]:
    return [sys.executable, "-m", "harness.cli", "load"]


def _prepared(folder: Path, url: str, users: int) -> Path:
    profile, plan = folder / "devices.toml", folder / "plan.json"
    profile.write_text(_PROFILE, encoding="utf-8")
    options = ("--profile", str(profile), "--users", str(users), "--unpaced")
    run_one([*_load(), "--endpoint-url", url, "--prepare", str(plan), *options], folder)
    return plan


def _run(locustfile: Path, plan: Path, users: int, seconds: int, calls: int) -> LocustRun:
    files = f"{locustfile},{_CPU}"
    command = [sys.executable, "-m", "locust", "-f", files, "--headless", "--skip-log-setup"]
    shape = ("--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s")
    environment = {**os.environ, "COGNITO_HARNESS_LOAD_PLAN": str(plan)}
    output = run_one([*command, *shape], plan.parent, environment).output
    line = next(line for line in output.splitlines() if line.startswith('{"cpu_seconds"'))
    found = json.loads(line)
    sign_ins = found["requests"] / calls
    return LocustRun(sign_ins / seconds, found["cpu_seconds"] / seconds)

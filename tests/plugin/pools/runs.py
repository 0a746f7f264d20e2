"""Runs of the scenarios on the pool of a file, in a process of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.plugin.pools import planting
from tests.plugin.pools.planting import FAULT
from tests.support.sources import ROOT

__all__ = ["LEAST", "POOLS", "PoolRun", "run_on"]

FILES = Path(__file__).parent / "files"
#: The pools, by name.
POOLS = {file.stem: file for file in sorted(FILES.glob("*.yaml"))}
#: The app client, where a file has several.
_CLIENTS = {"amplify_gen1": "UserPoolClientWeb"}
#: A run with fewer tests says nothing about a pool.
LEAST = 5


@dataclass(frozen=True)
class PoolRun:
    """What a run on a pool ended with.

    Attributes:
        exit_code: of pytest.
        counts: how many tests had each outcome: ``passed``, ``skipped``, ``failed``, ``errors``.
        said: what the run printed.
    """

    exit_code: int
    counts: dict[str, int]
    said: str

    def must_be_clean(self) -> None:
        """Expect that nothing failed, and that enough tests ran to say so."""
        assert self.exit_code == 0, self.said[-6000:]
        assert set(self.counts) <= {"passed", "skipped"}, self.said[-6000:]
        assert self.counts.get("passed", 0) >= LEAST, self.said[-6000:]


def run_on(pool: Path, *arguments: str, fault: str | None = None) -> PoolRun:
    """Run scenarios on a pool.

    Args:
        pool: the file that describes it.
        arguments: further arguments of pytest: which scenarios, and in how many processes.
        fault: what is wrong about Cognito in this run.
    """
    planted = {} if fault is None else {FAULT: fault}
    client = _CLIENTS.get(pool.stem)
    done = subprocess.run(
        (
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--cognito-srp=native", f"--cognito-pool={pool}"),
            *((f"--cognito-pool-client={client}",) if client else ()),
            *(("-p", planting.__name__) if planted else ()),
            *arguments,
        ),
        cwd=ROOT,
        env=planted
        | {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COGNITO_HARNESS_", "PYTEST_", "AWS_"))
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    said = done.stdout + done.stderr
    summary = re.findall(r"^(?:=+ )?(\d+ [a-z]+(?:, \d+ [a-z]+)*) in ", said, re.MULTILINE)
    counted = re.findall(r"(\d+) ([a-z]+)", summary[-1]) if summary else []
    return PoolRun(done.returncode, {what: int(number) for number, what in counted}, said)

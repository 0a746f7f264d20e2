"""Full flows in one run of two workers: nothing fails, nobody is there twice, workers stay small.

By default there are 40; ``tox -e parallel`` runs 10,000 and looks at the memory as well.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.parallel.full_flows import Flows, run_empty_tests, run_flows

COUNT = int(os.environ.get("PARALLEL_FLOWS", "40"))
#: Resident kilobytes that a worker may grow by for each flow, beyond what an empty test takes.
MOST_A_FLOW = 3.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the run of the flows."""
    return tmp_path_factory.mktemp("flows")


@pytest.fixture(scope="module")
def flows(folder: Path) -> Flows:
    """The run of the flows."""
    return run_flows(folder, COUNT, every=max(COUNT // 20, 1))


def test_no_flow_fails(flows: Flows) -> None:
    """Every flow passes, and no call of any flow is refused, throttled or fails."""
    assert flows.code == 0, flows.output
    assert f"{COUNT} passed" in flows.output
    total = flows.latencies["total"]
    assert (total["refused"], total["throttled"], total["failed"]) == (0, 0, 0)


def test_no_user_is_there_twice(flows: Flows) -> None:
    """Each flow has a user of its own, and both workers do a part."""
    names = [name for of_worker in flows.names.values() for name in of_worker]
    assert len(names) == COUNT
    assert len(set(names)) == COUNT
    assert set(flows.names) == {"gw0", "gw1"}


def test_table_has_the_calls_of_both_workers(flows: Flows) -> None:
    """The table is printed, and it has every call of every flow, by operation and challenge."""
    steps = {(step["operation"], step["step"]): step["sent"] for step in flows.latencies["steps"]}
    assert steps["SignUp", ""] == COUNT
    assert steps["RespondToAuthChallenge", "SOFTWARE_TOKEN_MFA"] == COUNT
    assert steps["RespondToAuthChallenge", "DEVICE_PASSWORD_VERIFIER"] == COUNT
    assert steps["InitiateAuth", "USER_SRP_AUTH"] == 3 * COUNT
    assert "  DEVICE_PASSWORD_VERIFIER " in flows.output
    assert "\ntotal " in flows.output


@pytest.mark.skipif(COUNT < 5000, reason="tox -e parallel looks at the memory of many flows")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_stay_small(flows: Flows, tmp_path: Path) -> None:
    """After the start, a worker grows by little more for each flow than pytest alone does."""
    empty = run_empty_tests(tmp_path, COUNT, every=max(COUNT // 20, 1))
    assert {worker for worker in flows.memory if worker != "main"} == {"gw0", "gw1"}
    for worker in ("gw0", "gw1"):
        assert growth(flows.memory[worker]) <= growth(empty.memory[worker]) + MOST_A_FLOW


def growth(memory: dict[int, int]) -> float:
    """Return the kilobytes that a worker grew by for each test after a twentieth of the run's."""
    first = min(done for done in memory if done >= COUNT / 20)
    last = max(memory)
    return (memory[last] - memory[first]) / (last - first)

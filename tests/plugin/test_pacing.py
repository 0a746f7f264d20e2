"""Pacing of a run: by one share for all workers, on every target that has quotas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.plugin.conftest import Inner, the_one_line

SOURCE = """
import pytest

@pytest.mark.parametrize("number", range(12))
def test_it(number, cognito_actions):
    for _ in range(4):
        cognito_actions.list_users()
"""
USE = "def test_it(cognito_settings): pass"


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator with AWS's quotas."""
    emulator = Emulator(mock=False, settings=EmulatorSettings(quotas=True))
    with EmulatorServer(emulator=emulator) as server:
        yield server


def calls(pytester: pytest.Pytester) -> dict[str, Any]:
    """Return what an inner run recorded of ListUsers."""
    found = json.loads((pytester.path / "calls.json").read_text(encoding="utf-8"))
    return {**found["operations"]["ListUsers"], **found["quotas"]["UserList"]}


def test_workers_keep_a_share_together(
    inner: Inner, pytester: pytest.Pytester, server: EmulatorServer
) -> None:
    """Two workers at an endpoint together stay under the share that they are given."""
    result = inner(
        *("-p", "xdist.plugin", "-n", "2", "--cognito-latencies=calls.json"),
        *("--cognito-target=endpoint", f"--cognito-endpoint-url={server.url}"),
        "--cognito-quota-share=60",
        source=SOURCE,
        AWS_ACCESS_KEY_ID="made-up",
        AWS_SECRET_ACCESS_KEY="made-up",
    )
    result.assert_outcomes(passed=12)
    found = calls(pytester)
    assert (found["sent"], found["throttled"], found["failed"]) == (48, 0, 0)
    assert found["allowed_per_second"] == 18
    # The first call of the span takes no time, so 48 calls need 47 pauses.
    assert found["per_second"] <= 18 * 48 / 47 * 1.05


def test_served_emulator_is_paced_by_its_own_clock(
    inner: Inner, pytester: pytest.Pytester, server: EmulatorServer
) -> None:
    """At a served emulator, pacing moves its clock, and its quotas let every call through."""
    before = server.emulator.clock.time()
    result = inner(
        *("--cognito-target=server", f"--cognito-endpoint-url={server.url}"),
        *("--cognito-latencies=calls.json", "--cognito-quota-share=10"),
        source=SOURCE,
    )
    result.assert_outcomes(passed=12)
    assert calls(pytester)["throttled"] == 0
    assert server.emulator.clock.time() - before >= 47 / 3


@pytest.mark.parametrize("target", ["emulator", "stub"])
def test_share_of_nothing_is_refused(inner: Inner, target: str) -> None:
    """A share on the command line is refused where there are no quotas."""
    result = inner(f"--cognito-target={target}", "--cognito-quota-share=10", source=USE)
    assert result.ret == 2
    line = the_one_line(result)
    assert "--cognito-quota-share: cannot use 10 (from command line)" in line
    assert f"--cognito-target={target} has no quotas" in line


def test_share_in_a_file_is_for_the_targets_that_have_quotas(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """A share in the configuration file does not keep the emulator from being used."""
    pytester.makeini("[pytest]\ncognito_quota_share = 10\n")
    inner(source=USE).assert_outcomes(passed=1)
    assert not (pytester.path / ".cognito-harness").exists()

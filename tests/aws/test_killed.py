"""Runs that are killed at any moment: the sweep leaves nothing of theirs, and all of others'."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.cli.app import run
from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.clients import AwsClients
from tests.aws.conftest import ACCOUNT
from tests.aws.rehearsal import WHOLE
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

#: How many runs are killed; the first half of them makes pools, the other users.
KILLS = 50 if WHOLE in os.environ else 4
PATIENCE_SECONDS = 120.0

OWN = """
import pytest

@pytest.mark.parametrize("number", [
    pytest.param(n, marks=pytest.mark.cognito_pool(mfa="ON", auth_session_validity=n))
    for n in range(3, 11)
])
def test_pool(cognito_signed_up, number): pass
"""
EXISTING = """
import pytest

@pytest.mark.parametrize("number", range(8))
def test_user(cognito_confirmed, number): pass
"""


@pytest.fixture
def client(clients: AwsClients) -> CognitoIdentityProviderClient:
    """An administrator's client."""
    return clients.cognito(signed=True)


@pytest.fixture
def theirs(client: CognitoIdentityProviderClient) -> ProvisionedPool:
    """A pool of another owner, with users whose names are much like ours."""
    pool = provision(client, PoolSpec(), name_prefix="their-cognito-harness-", tags={"a": "b"})
    for name in ("carol", "cognito-harness", "cognito-harness-000000-main-eve"):
        client.admin_create_user(
            UserPoolId=pool.user_pool_id, Username=name, MessageAction="SUPPRESS"
        )
    return pool


def everything(client: CognitoIdentityProviderClient) -> dict[str, Any]:
    """Return all that there is: every pool as it is described, with its users."""
    found: dict[str, Any] = {}
    for pool in client.list_user_pools(MaxResults=60)["UserPools"]:
        described: Any = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
        users = client.list_users(UserPoolId=pool["Id"])["Users"]
        found[pool["Id"]] = (described, users)
    return found


def begin(folder: Path, source: str, options: list[str]) -> subprocess.Popen[bytes]:
    """Start a run on the account, in a process of its own."""
    (folder / "test_inner.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    permitted = ["--cognito-target=aws", f"--cognito-aws-accounts={ACCOUNT}"]
    permitted += ["--cognito-aws-charges=acknowledged", "--cognito-quota-share=100"]
    environment: Mapping[str, str] = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "harness.plugin", *permitted, *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(process: subprocess.Popen[bytes], folder: Path, lines: int, seconds: float) -> None:
    """Kill a run so many seconds after its journal has so many lines, if it is not over."""
    deadline = SystemClock().time() + PATIENCE_SECONDS
    pause = threading.Event()
    while process.poll() is None and _lines(folder) < lines:
        assert SystemClock().time() < deadline, "the run has written nothing"
        pause.wait(0.001)
    pause.wait(seconds)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


def _lines(folder: Path) -> int:
    journals = (folder / ".cognito-harness").glob("*.jsonl")
    return sum(path.read_bytes().count(b"\n") for path in journals)


def test_sweep_deletes_only_what_killed_runs_made(
    in_the_place_of_aws: EmulatorServer,
    client: CognitoIdentityProviderClient,
    theirs: ProvisionedPool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After the sweep there is exactly what there was before the runs."""
    before = everything(client)
    in_their_pool = [
        f"--cognito-user-pool-id={theirs.user_pool_id}",
        f"--cognito-client-id={theirs.app.client_id}",
    ]
    interrupted = 0
    for seed in range(KILLS):
        moment = random.Random(f"killed/{seed}")
        folder = tmp_path / str(seed)
        folder.mkdir()
        own = seed % 2 == 0
        process = begin(folder, OWN if own else EXISTING, [] if own else in_their_pool)
        kill(process, folder, moment.randint(1, 17), moment.uniform(0.0, 0.02))
        interrupted += process.returncode == -signal.SIGKILL
        sweep_until_nothing_is_left(client, folder, before, capsys)
    assert interrupted > KILLS / 2


def sweep_until_nothing_is_left(
    client: CognitoIdentityProviderClient,
    folder: Path,
    before: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Sweep; again only while a call of the killed run was still on its way."""
    options = ["--aws-accounts", ACCOUNT, "--journal", str(folder / ".cognito-harness"), "--yes"]
    for _ in range(3):
        assert run(["sweep", *options]) == 0
        if everything(client) == before:
            return
    raise AssertionError(f"left: {capsys.readouterr().out} {everything(client)}")

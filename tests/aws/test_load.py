"""Load runs on the served emulator in the place of AWS: the gates, and what a killed run leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from harness.cli.app import run
from harness.clock import stopwatch
from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import AwsClients
from harness.targets.control import ControlSurface
from tests.aws.conftest import ACCOUNT
from tests.support.arrows import ROOT

PATIENCE_SECONDS = 120.0
GATES = ("--aws-accounts", ACCOUNT, "--aws-charges", "acknowledged")


@pytest.fixture
def pool(clients: AwsClients) -> ProvisionedPool:
    """A pool of somebody else, with somebody in it."""
    client = clients.cognito(signed=True)
    spec = PoolSpec(mfa="OPTIONAL", device_tracking=DeviceTracking(), auto_verified=())
    made = provision(client, spec, name_prefix="theirs-", tags={})
    client.admin_create_user(
        UserPoolId=made.user_pool_id, Username="bystander", MessageAction="SUPPRESS"
    )
    return made


def usernames(clients: AwsClients, pool: ProvisionedPool) -> set[str]:
    """Return everybody in the pool."""
    users = clients.cognito(signed=True).list_users(UserPoolId=pool.user_pool_id)["Users"]
    return {user["Username"] for user in users}


@contextmanager
def load(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a load run with the profile of sign-ups and refreshes; kill it at the end."""
    (folder / "profile.toml").write_text("[flows]\nSignUpStorm = 1\nRefresh = 1\n")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "harness.cli", "load", "--target", "aws", *GATES),
            *("--profile", "profile.toml", "--users", "4", *arguments),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_for_sign_ups(server: EmulatorServer) -> None:
    """Wait until somebody has signed up, so that the run is in its middle."""
    elapsed = stopwatch()
    while "SignUp" not in ControlSurface(server.url).calls():
        assert elapsed() < PATIENCE_SECONDS, "nobody has signed up"
        Event().wait(0.1)


def options(pool: ProvisionedPool) -> tuple[str, ...]:
    """Return the options of the existing pool."""
    return ("--user-pool-id", pool.user_pool_id, "--client-id", pool.app.client_id)


def test_a_run_says_first_what_it_uses(
    server: EmulatorServer, in_the_place_of_aws: EmulatorServer, tmp_path: Path
) -> None:
    """Users, calls and cost are shown before the first call; then the pool of the run goes."""
    with load(tmp_path, "--run-time", "2s") as process:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, err
    assert err.index("users, 1 user pool,") < err.index("people prepared")
    assert "Essentials $" in err
    assert "total " in out
    assert ControlSurface(server.url).calls()["DeleteUserPool"] == {"success": 1}
    assert not list(tmp_path.glob(".cognito-harness/*.jsonl"))


def test_another_account_is_refused(
    in_the_place_of_aws: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Credentials of an account that is not allowed end the run with 2, before anything is made."""
    charges = ("--aws-charges", "acknowledged")
    assert run(["load", "--target", "aws", "--aws-accounts", "999999999999", *charges]) == 2
    line = capsys.readouterr().err
    assert "--aws-accounts" in line
    assert "--cognito" not in line
    assert "CreateUserPool" not in ControlSurface(in_the_place_of_aws.url).calls()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing(
    server: EmulatorServer,
    clients: AwsClients,
    pool: ProvisionedPool,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    """Ctrl-C ends the run with 130, its table, and nobody of the run in the pool."""
    with load(tmp_path, *options(pool), "--run-time", "60s") as process:
        wait_for_sign_ups(server)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, err
    assert "total " in out
    assert usernames(clients, pool) == {"bystander"}


def test_the_sweep_finds_what_a_killed_run_left(
    server: EmulatorServer,
    clients: AwsClients,
    pool: ProvisionedPool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """People and sign-ups of a killed run are swept; the pool and everybody else stay."""
    with load(tmp_path, *options(pool), "--run-time", "3s") as process:
        wait_for_sign_ups(server)
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)
    assert len(usernames(clients, pool)) > 1
    journal = ("--journal", str(tmp_path / ".cognito-harness"))
    elapsed = stopwatch()
    # Locust outlives the command by the rest of the run, and its journal is in use until then.
    while run(["sweep", "--aws-accounts", ACCOUNT, *journal, "--yes"]) or usernames(
        clients, pool
    ) != {"bystander"}:
        assert elapsed() < PATIENCE_SECONDS, capsys.readouterr()
        Event().wait(0.5)

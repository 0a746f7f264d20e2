"""Scenarios with the target aws, under the printed policy, on an emulator in the place of AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.moto_backend.permissions import AccessKey
from harness.pools.iam import actions_of, policy_for
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from tests.aws.permitted import Permitted, permitted_server, without
from tests.aws.rehearsal import RECORD, WHOLE
from tests.support.sources import ROOT

POLICY = policy_for("provision", account="123456789012", region="us-east-1")
#: One scenario for each of some actions; the whole rehearsal finds one for every action.
NEEDED = {
    "CreateUserPool": "scenarios/test_sign_out.py",
    "SetUserPoolMfaConfig": "scenarios/test_sign_out.py",
    "AdminConfirmSignUp": "scenarios/test_sign_out.py",
}
whole = pytest.mark.skipif(WHOLE not in os.environ, reason="tox -e aws-rehearsal runs it")


@pytest.fixture(scope="module")
def permitted() -> Iterator[Permitted]:
    """The emulator, with IAM."""
    with permitted_server() as found:
        yield found


def scenarios(
    permitted: Permitted, folder: Path, policy: Mapping[str, Any], *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run scenarios in a process of their own, with credentials that have this policy."""
    key: AccessKey = permitted.grant(policy)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    options = ["--cognito-target=aws", "--cognito-aws-accounts=123456789012"]
    options += ["--cognito-aws-charges=acknowledged", f"--cognito-journal={folder / 'j'}"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.aws.rehearsal", *options, *arguments],
        cwd=ROOT,
        env={**kept, **permitted.environment(key), **more},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


def pools(permitted: Permitted) -> list[str]:
    """Return the names of all pools."""
    answer = permitted.client("cognito-idp").list_user_pools(MaxResults=60)
    return [pool["Name"] for pool in answer["UserPools"]]


def test_scenarios_pass_under_the_policy(permitted: Permitted, tmp_path: Path) -> None:
    """Scenarios pass under the policy, and leave nothing."""
    done = scenarios(permitted, tmp_path, POLICY, "scenarios/test_sign_out.py", "-k", "global")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert pools(permitted) == []


@pytest.mark.parametrize("operation", NEEDED)
def test_missing_action_fails_the_scenarios(
    permitted: Permitted, tmp_path: Path, operation: str
) -> None:
    """Without an action of it they fail, and say which."""
    policy = without(POLICY, operation)
    done = scenarios(permitted, tmp_path, policy, "-x", NEEDED[operation], "-k", "global")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"cognito-idp:{operation}" in done.stdout


def test_existing_pool_needs_only_its_policy(permitted: Permitted, tmp_path: Path) -> None:
    """In one pool its own policy is enough, and without a part of it the run does not begin."""
    client = permitted.client("cognito-idp")
    spec = PoolSpec(mfa="ON", device_tracking=DeviceTracking(), client_secret=True)
    pool = provision(client, spec, name_prefix="theirs-", tags={})
    policy = policy_for(
        "existing-pool",
        account="123456789012",
        region="us-east-1",
        pool_ids=[pool.user_pool_id],
    )
    ids = [
        f"--cognito-user-pool-id={pool.user_pool_id}",
        f"--cognito-client-id={pool.app.client_id}",
    ]
    done = scenarios(permitted, tmp_path, policy, *ids, "scenarios/test_device_sign_in.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert client.list_users(UserPoolId=pool.user_pool_id)["Users"] == []
    for operation in ("DescribeUserPool", "DescribeUserPoolClient"):
        refused = scenarios(
            permitted, tmp_path, without(policy, operation), *ids, "scenarios/test_sign_out.py"
        )
        assert refused.returncode == 2, refused.stdout
        assert f"cognito-idp:{operation}" in refused.stdout + refused.stderr
    client.delete_user_pool(UserPoolId=pool.user_pool_id)


@whole
def test_every_scenario_passes_under_the_policy(permitted: Permitted, tmp_path: Path) -> None:
    """Every scenario passes under the policy; without any action that they call, one fails."""
    record = tmp_path / "record"
    done = scenarios(
        permitted, tmp_path, POLICY, "scenarios", "--durations=0", **{RECORD: str(record)}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert pools(permitted) == []
    calling: dict[str, list[str]] = {}
    for line in record.read_text().splitlines():
        entry = json.loads(line)
        for operation in entry["operations"]:
            calling.setdefault(operation, []).append(entry["test"])
    called = [operation for operation in actions_of("provision") if operation in calling]
    assert len(called) > 18
    for operation in called:
        policy = without(POLICY, operation)
        failed = scenarios(permitted, tmp_path, policy, "-x", min(calling[operation]))
        assert failed.returncode == 1, f"{operation}: {failed.stdout}"
        assert f"cognito-idp:{operation}" in failed.stdout

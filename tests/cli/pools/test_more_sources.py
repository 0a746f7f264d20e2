"""Commands on outputs of the AWS CLI and other sources that hold secrets or do not tell all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.cli import app
from harness.emulator.server import EmulatorServer

SECRET = "1s2e3c4r5e6t7EXAMPLE"
CLIENTS = "aws cognito-idp list-user-pool-clients and describe-user-pool-client tell"

Output = pytest.CaptureFixture[str]


@pytest.fixture
def described(tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """A URL, the id of a pool with an app client there, and the output of describe-user-pool."""
    with EmulatorServer() as server:
        client = boto3.client(
            "cognito-idp",
            "us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        pool_id = client.create_user_pool(PoolName="live")["UserPool"]["Id"]
        client.create_user_pool_client(UserPoolId=pool_id, ClientName="web", GenerateSecret=True)
        answer: Any = client.describe_user_pool(UserPoolId=pool_id)
        client.close()
        path = tmp_path / "described.json"
        path.write_text(json.dumps(answer, default=str), encoding="utf-8")
        yield server.url, pool_id, path


def test_an_audit_says_what_it_did_not_see(tmp_path: Path, capsys: Output) -> None:
    """The output of describe-user-pool alone has no app clients: one line says what has them."""
    path = tmp_path / "pool.json"
    pool = {"Id": "us-east-1_AbCdEf123", "Name": "x", "MfaConfiguration": "OFF"}
    path.write_text(json.dumps({"UserPool": pool}), encoding="utf-8")
    assert app.run(["audit", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "mfa-required  MfaConfiguration of x is OFF, expected ON" in shown
    assert shown.count(f"not every app client is audited: {CLIENTS}") == 1


def test_an_audit_takes_no_factor_for_off(tmp_path: Path, capsys: Output) -> None:
    """Factors that the output does not have are unknown, and the command that has them is named."""
    path = tmp_path / "pool.json"
    pool = {"Id": "us-east-1_AbCdEf123", "Name": "x", "MfaConfiguration": "ON"}
    path.write_text(json.dumps({"UserPool": pool}), encoding="utf-8")
    app.run(["audit", str(path), "--format", "json"])
    records = json.loads(capsys.readouterr().out)["records"]
    found = {record["id"]: record for record in records}
    assert found["mfa-software-token"]["outcome"] == "unknown"
    assert "get-user-pool-mfa-config tells it" in found["mfa-software-token"]["message"]


def test_a_deployed_pool_is_as_it_is_described(
    described: tuple[str, str, Path], capsys: Output
) -> None:
    """App clients that only the deployed pool shows are no difference."""
    url, pool_id, path = described
    assert app.run(["diff", str(path), pool_id, "--endpoint-url", url]) == 0
    shown = capsys.readouterr().out
    assert "the app client web of the second" in shown


def test_a_described_pool_can_be_provisioned(
    described: tuple[str, str, Path], capsys: Output
) -> None:
    """The pool is created without app clients, and a line says which command has them."""
    url, _, path = described
    assert app.run(["provision", "--endpoint-url", url, "--spec", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("UserPoolId=")
    assert f"left out: pool live: other app clients is unknown ({CLIENTS}" in printed.err


def test_a_run_needs_an_app_client(
    described: tuple[str, str, Path], pytester: pytest.Pytester
) -> None:
    """A run on the output of describe-user-pool alone ends with the command that has more."""
    pytester.makepyfile("def test_anything(cognito_user_pool): pass")
    outcome = pytester.runpytest_subprocess(f"--cognito-pool={described[2]}")
    said = outcome.stdout.str() + outcome.stderr.str()
    assert "describe-user-pool-client" in said
    assert outcome.ret != 0


@pytest.mark.parametrize("name", ["audit", "diff", "provision"])
def test_no_secret_is_shown(name: str, described: tuple[str, str, Path], capsys: Output) -> None:
    """Nothing of a command shows the secret that a file of an app client has."""
    url, _, path = described
    pool = json.loads(path.read_text(encoding="utf-8"))
    named = {"UserPoolId": pool["UserPool"]["Id"], "ClientId": "1example", "ClientName": "web"}
    client = {"UserPoolClient": {**named, "ClientSecret": SECRET, "AccessTokenValidity": 1}}
    path.write_text(json.dumps([pool, client]), encoding="utf-8")
    commands = {
        "audit": ["audit", str(path), "--format", "json"],
        "diff": ["diff", str(path), str(path)],
        "provision": ["provision", "--endpoint-url", url, "--spec", str(path)],
    }
    app.run(commands[name])
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    assert printed.out

"""A server in a process that uses moto as well: what others see there does not change midway."""

from __future__ import annotations

import subprocess
import sys

import pytest

START = """
import sys
import boto3
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer

key = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}

def cognito(**place):
    return boto3.client("cognito-idp", "us-east-1", **key, **place)

def pools(client):
    return [found["Name"] for found in client.list_user_pools(MaxResults=5)["UserPools"]]

def moto():
    return {name for name in sys.modules if name.partition(".")[0] in ("moto", "flask")}

assert not moto()
server = EmulatorServer().start()
served = cognito(endpoint_url=server.url)
"""
BESIDE_A_MOCK = """
from moto import mock_aws

with mock_aws():
    client = cognito()
    client.create_user_pool(PoolName="of-a-test")
    before = pools(client)
    served.create_user_pool(PoolName="served")
    with server.emulator.engine.fast_path.closed():
        pools(served)
    print(before, sorted(pools(client)), sorted(pools(served)))
"""
BESIDE_AN_EMULATOR = """
with Emulator() as other:
    client = cognito()
    client.create_user_pool(PoolName="of-a-test")
    with server.emulator.engine.fast_path.closed():
        print(pools(served), end=" ")
    served.create_user_pool(PoolName="served")
    client.create_user_pool(PoolName="second")
    print(sorted(pools(client)), pools(served), len(other.engine.pools))
"""
AFTERWARDS = """
before = moto()
served.create_user_pool(PoolName="served")
with server.emulator.engine.fast_path.closed():
    pools(served)
print("moto.iam.models" in before, "moto.moto_server.werkzeug_app" in before, moto() - before)
"""


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        (BESIDE_A_MOCK, "['of-a-test'] ['of-a-test', 'served'] ['of-a-test', 'served']"),
        (BESIDE_AN_EMULATOR, "[] ['of-a-test', 'second'] ['served'] 2"),
        (AFTERWARDS, "True True set()"),
    ],
    ids=["mock", "emulator", "imports"],
)
def test_a_served_call_changes_nothing_for_others(program: str, shown: str) -> None:
    """The server takes moto's place at its start, and no call imports a part of moto it needs.

    A request that imported moto in its own thread would also meet an import in the main thread.
    """
    whole = START + program + "\nserver.stop()\n"
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout.strip(), done.returncode) == (shown, 0), done.stderr

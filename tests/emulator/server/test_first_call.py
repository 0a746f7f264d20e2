"""What the first call on the slow path of a served emulator costs."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import boto3
from harness.emulator.server import EmulatorServer

with EmulatorServer() as server:
    key = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client("cognito-idp", "us-east-1", endpoint_url=server.url, **key)
    with server.emulator.engine.fast_path.closed():
        client.list_user_pools(MaxResults=1)
    print("moto.iam.access_control" in sys.modules)
"""


def test_access_control_is_not_loaded_while_it_is_off() -> None:
    """moto's IAM imports half of moto, for which the first call would wait."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"

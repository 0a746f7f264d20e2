"""Measures the time until Cognito can be called: a new interpreter, imports, the first call."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

_EMULATOR = """
from harness.targets.emulated import EmulatedTarget
target = EmulatedTarget(region="us-east-1")
target.start()
target.client().list_user_pools(MaxResults=1)
"""
_MOTO = """
import boto3
from moto import mock_aws
keys = {"aws_access_key_id": "made-up", "aws_secret_access_key": "made-up"}
with mock_aws():
    client = boto3.client("cognito-idp", "us-east-1", **keys)
    client.list_user_pools(MaxResults=1)
"""
_BOTO3 = "import boto3; boto3.client('cognito-idp', 'us-east-1')"


def seconds(rounds: int) -> dict[str, float]:
    """Return median seconds from start to end of an interpreter that makes one call."""
    programs = {"harness in process": _EMULATOR, "moto in process": _MOTO, "boto3 alone": _BOTO3}
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            taken[name].append(time.perf_counter() - began)
    return {name: round(statistics.median(took), 3) for name, took in taken.items()}

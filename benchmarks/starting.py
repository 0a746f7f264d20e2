"""Measures starts: of servers, of a first call in process, of the command line, of the plugin.

All of them take turns in each round, because only times of one run can be compared.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.peers import Peer
from benchmarks.processes import Service

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

#: Programs by the name of their row, as arguments of Python.
PROGRAMS: dict[str, list[str]] = {
    "harness in process": ["-c", _EMULATOR],
    "moto in process": ["-c", _MOTO],
    "boto3 alone": ["-c", _BOTO3],
    "cognito-harness --help": ["-m", "harness.cli", "--help"],
}
_PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
#: A run of one test that uses nothing of the plugin, with it and without it.
PLUGIN = {
    "pytest with the plugin": _PYTEST,
    "pytest without the plugin": [*_PYTEST, "-p", "no:harness.plugin"],
}
_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host, Signature=00"
)
_QUIET_SECONDS = 0.5
_PATIENCE_SECONDS = 20.0


def measure(peers: Sequence[Peer], folder: Path, rounds: int) -> dict[str, Any]:
    """Return the medians of all starts, after one round that does not count.

    The first round writes the bytecode of the sources, which an installed package has.

    Args:
        peers: the servers.
        folder: where servers are installed.
        rounds: how many rounds count.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[str, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as elsewhere:
        (Path(elsewhere) / "test_other.py").write_text("def test_other():\n    pass\n")
        starts: dict[str, Callable[[], dict[str, float]]] = {}
        for name, arguments in {**PROGRAMS, **PLUGIN}.items():
            starts[name] = partial(_program, arguments, elsewhere)
        for peer in peers:
            starts[peer.name] = partial(_server, peer, folder)
        for number in range(rounds + 1):
            for name, start in starts.items():
                found = start()
                if number:
                    taken[name].append(found)
    return _arranged({name: _medians(rows) for name, rows in taken.items()}, peers)


def _arranged(found: dict[str, dict[str, float]], peers: Sequence[Peer]) -> dict[str, Any]:
    kinds = {"programs": PROGRAMS, "plugin": PLUGIN, "servers": [peer.name for peer in peers]}
    return {kind: {name: found[name] for name in names} for kind, names in kinds.items()}


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def _program(arguments: list[str], folder: str) -> dict[str, float]:
    """Run Python from start to end in a folder; return its time and its processor time."""
    command = [sys.executable, *arguments]
    before, began = _child_cpu_seconds(), time.perf_counter()
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    return {"seconds": time.perf_counter() - began, "cpu": _child_cpu_seconds() - before}


def _child_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _server(peer: Peer, folder: Path) -> dict[str, float]:
    """Start a server; return when it listens and has answered, and its memory when it is idle."""
    began = time.perf_counter()
    with peer.serving(folder) as service:
        # `serving` also makes a folder and finds a port before it starts the process.
        before = time.perf_counter() - began - service.started_in
        _first_call(service.port)
        answered = time.perf_counter() - began - before
        _await_idle(service)
        resident = service.resident_bytes() / 1e6
    return {"listening": service.started_in, "answered": answered, "resident_mb": resident}


def _first_call(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    headers = {
        "Authorization": _SIGNATURE,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools",
    }
    connection.request("POST", "/", json.dumps({"MaxResults": 1}), headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise RuntimeError(f"ListUserPools: {response.status}: {answer[:200]!r}")
    connection.close()


def _await_idle(service: Service) -> None:
    """Wait until a server has used no processor time for a while, such as for preparations."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    used = -1.0
    while time.monotonic() < deadline and service.cpu_seconds() != used:
        used = service.cpu_seconds()
        time.sleep(_QUIET_SECONDS)

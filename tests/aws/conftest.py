"""An emulator that boto3 finds in the place of AWS, and nothing else of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.targets.clients import AwsClients

#: The account of the emulator, unless another one is set.
ACCOUNT = "123456789012"
REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take every setting of the harness and of boto3 out of the environment and the home."""
    for name in list(os.environ):
        if name.startswith(("COGNITO_HARNESS_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """The emulator."""
    with EmulatorServer(emulator=Emulator(mock=False)) as found:
        yield found


@pytest.fixture
def in_the_place_of_aws(server: EmulatorServer, monkeypatch: pytest.MonkeyPatch) -> EmulatorServer:
    """Lead boto3 to the emulator by its own variables, with credentials and a region."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "rehearsal")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "rehearsal")
    monkeypatch.setenv("AWS_REGION", REGION)
    return server


@pytest.fixture
def clients(in_the_place_of_aws: EmulatorServer) -> AwsClients:
    """What boto3 makes of that."""
    return AwsClients(REGION)

"""A served emulator for the targets that talk to one, and no AWS settings of the outer run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer


@pytest.fixture(scope="session")
def server() -> Iterator[EmulatorServer]:
    """An emulator that was there before the target."""
    with EmulatorServer(emulator=Emulator(seed=1, mock=False)) as found:
        yield found


@pytest.fixture(autouse=True)
def no_aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Remove the AWS settings and credentials of the person who runs the tests."""
    for variable in list(os.environ):
        if variable.startswith("AWS_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/credentials")

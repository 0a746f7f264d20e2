"""Runs the command line in this process, without settings of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from harness.cli.app import run
from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool
from tests.cli.load_pool import existing_pool


@dataclass(frozen=True)
class Outcome:
    """The exit code of a command, and what it printed."""

    code: int
    out: str
    err: str


class CommandLine(Protocol):
    """Runs ``cognito-harness`` with arguments."""

    def __call__(self, *arguments: str) -> Outcome:
        """Run it and return the outcome."""
        ...


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove every setting of the harness and of boto3 from the environment."""
    for name in list(os.environ):
        if name.startswith(("COGNITO_HARNESS_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line, run in this process."""

    def cognito_harness(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = run(arguments)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return cognito_harness


@pytest.fixture
def served() -> Iterator[EmulatorServer]:
    """An emulator that a thread of this process serves."""
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def png(tmp_path: Path) -> Path:
    """Where a demo writes its picture."""
    return tmp_path / "totp.png"


@pytest.fixture
def pool(served: EmulatorServer) -> ProvisionedPool:
    """An existing pool on the served emulator."""
    return existing_pool(served)


@pytest.fixture
def options(served: EmulatorServer, pool: ProvisionedPool, tmp_path: Path) -> tuple[str, ...]:
    """The options of a short run in the existing pool."""
    profile = tmp_path / "profile.toml"
    profile.write_text("[flows]\nRefresh = 1\nSignUpStorm = 1\n", encoding="utf-8")
    return (
        *("load", "--endpoint-url", served.url, "--journal", str(tmp_path / "journals")),
        *("--user-pool-id", pool.user_pool_id, "--client-id", pool.app.client_id),
        *("--profile", str(profile), "--users", "4"),
    )

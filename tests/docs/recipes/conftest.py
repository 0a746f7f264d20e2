"""Fixtures: the project that the recipes describe, and a stand-in for the AWS account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.docs.recipes.pipelines import EXAMPLE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example, as a runner checks it out."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "reports")
    return shutil.copytree(EXAMPLE, tmp_path / "app", ignore=ignored)


@pytest.fixture
def account() -> Iterator[EmulatorServer]:
    """The emulator in place of AWS, including STS."""
    with EmulatorServer(emulator=Emulator(mock=False)) as server:
        yield server

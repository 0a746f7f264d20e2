"""Every command has a world of its own; what takes long to make is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.cloudformation.models import cloudformation_backends

from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.docs.whole.world import World, made_pool, write_files


def server() -> EmulatorServer:
    """Return a server whose ids are the same each time."""
    return EmulatorServer(emulator=Emulator(settings=EmulatorSettings(seed=7), mock=False))


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages name."""
    folder = tmp_path_factory.mktemp("files")
    with server() as running:
        write_files(folder, running, made_pool(running))
    return folder


@pytest.fixture
def world(files: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of the files, and a served emulator with the pages' pool."""
    folder = tmp_path / "world"
    shutil.copytree(files, folder)
    with server() as running:
        yield World(folder, running.url, made_pool(running))
    # moto keeps the stacks of a process, whatever server made them.
    for account in cloudformation_backends.values():
        for backend in account.values():
            backend.reset()

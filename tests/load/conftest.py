"""A served emulator with a pool and people, for the tests of load runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.clock import SystemClock
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer

# Before any test can import it.
from tests.load import unpatched_locust  # noqa: F401
from tests.load.pool import LoadPool


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """An emulator that the tests of a module share."""
    with EmulatorServer(emulator=Emulator(seed=11, mock=False)) as found:
        yield found


@pytest.fixture(scope="module")
def load_pool(server: EmulatorServer) -> LoadPool:
    """A pool with optional MFA whose devices are tracked, and one person of each kind."""
    return LoadPool.made(server.url, SystemClock())

"""Fixtures: a site with managed login, in the process and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.server import EmulatorServer
from tests.emulator.support.browser import Site, in_process, new_site, over_http
from tests.emulator.support.expect import START
from tests.emulator.support.oauth import Place


@pytest.fixture(scope="package")
def served() -> Iterator[EmulatorServer]:
    """An emulator with a frozen clock, over HTTP."""
    clock = VirtualClock(START, frozen=True)
    emulator = Emulator(clock=clock, settings=EmulatorSettings(seed=1), mock=False)
    with EmulatorServer(emulator=emulator, cognito_only=True) as server:
        yield server


@pytest.fixture(params=["in process", "served"])
def site(request: pytest.FixtureRequest, engine: Engine) -> Site:
    """A site with the user alice, in the process and over HTTP."""
    if request.param == "in process":
        return new_site(engine, in_process(engine))
    server: EmulatorServer = request.getfixturevalue("served")
    server.emulator.reset()
    return new_site(server.emulator.engine, over_http())


@pytest.fixture(params=["in process", "served"])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty engine whose domains are called in the process, or over HTTP."""
    if request.param == "in process":
        return Place.in_process()
    server: EmulatorServer = request.getfixturevalue("served")
    server.emulator.reset()
    return Place(server.emulator.engine, over_http())

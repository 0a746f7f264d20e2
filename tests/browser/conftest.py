"""A window of Chromium, and a served emulator with people for the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer

if TYPE_CHECKING:
    from tests.browser.chromium import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One window for all tests of a module."""
    pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")
    from tests.browser.chromium import chromium

    with chromium() as window:
        yield window


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: EmulatorServer) -> Iterator[Browser]:
    """The page of the emulator, with updates on; its console must show no errors at the end."""
    browser.complaints()
    browser.open(f"{server.url}/_harness/")
    browser.wait_for(lambda: browser.texts("#state") == ["live"])
    yield browser
    assert browser.complaints() == []

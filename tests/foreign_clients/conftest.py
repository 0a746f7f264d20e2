"""Fixtures: the served emulator, and the results of each client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.processes import serving
from tests.foreign_clients.clients import run
from tests.foreign_clients.install_packages import Missing, require_everything
from tests.foreign_clients.walk import Report


@pytest.fixture(scope="session", autouse=True)
def everything_is_here() -> None:
    """Fail with one line that says what is missing, before any client starts."""
    try:
        require_everything()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def served_url() -> Iterator[str]:
    """The URL of ``cognito-harness serve``, started as a user starts it."""
    with serving() as served:
        yield served.url


@pytest.fixture(scope="class")
def report(request: pytest.FixtureRequest, served_url: str) -> Report:
    """The outcomes of the steps of the class's client."""
    return run(request.cls.client, served_url, request.cls.walk)

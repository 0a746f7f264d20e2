"""What the clients are run against, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.processes import serving
from tests.foreign_clients.roster import run
from tests.foreign_clients.story import Report
from tests.foreign_clients.surroundings import Missing, require_everything


@pytest.fixture(scope="session", autouse=True)
def everything_is_here() -> None:
    """Say in one line what is missing, before any client is started."""
    try:
        require_everything()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def served_url() -> Iterator[str]:
    """Where ``cognito-harness serve`` listens, started as a user starts it."""
    with serving() as served:
        yield served.url


@pytest.fixture(scope="class")
def report(request: pytest.FixtureRequest, served_url: str) -> Report:
    """What came of the steps of the client that the class is about."""
    return run(request.cls.client, served_url)

"""A pytest plugin for rehearsals: no waiting, and a record of what each test has called.

The target aws has this machine's clock, by which an authenticator really waits for its next code.
Here it is given the clock of the emulator that stands in the place of AWS, where waiting is moving.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.targets.control import ControlSurface, ServedClock

#: Names the file of the record, JSON lines: the id of a test, and its operations.
RECORD = "REHEARSAL_RECORD"
#: Set to anything, it has the long rehearsals run as well.
WHOLE = "REHEARSAL_WHOLE"

_EVENT = "provide-client-params.cognito-identity-provider"


def pytest_configure() -> None:
    """Give the target the emulator's clock."""
    url = os.environ["AWS_ENDPOINT_URL"]
    clock = ServedClock(ControlSurface(url))
    pytest.MonkeyPatch().setattr("harness.targets.aws.SystemClock", lambda: clock)


@pytest.fixture(autouse=True)
def record_operations(request: pytest.FixtureRequest) -> Iterator[None]:
    """Write down what the one client of the target was asked for during the test."""
    if RECORD not in os.environ:
        yield
        return
    called: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        called.add(model.name)

    client = request.getfixturevalue("cognito_target").client()
    client.meta.events.register(_EVENT, note)
    yield
    client.meta.events.unregister(_EVENT, note)
    line = json.dumps({"test": request.node.nodeid, "operations": sorted(called)})
    with Path(os.environ[RECORD]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")

"""A pytest plugin that writes down which operations each test has called; for rehearsals only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: Names the file, JSON lines: the id of a test, and its operations.
VARIABLE = "REHEARSAL_RECORD"


@pytest.fixture(autouse=True)
def record_operations(request: pytest.FixtureRequest) -> Iterator[None]:
    """Write down what the one client of the target was asked for during the test."""
    called: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        called.add(model.name)

    client = request.getfixturevalue("cognito_target").client()
    event = "provide-client-params.cognito-identity-provider"
    client.meta.events.register(event, note)
    yield
    client.meta.events.unregister(event, note)
    line = json.dumps({"test": request.node.nodeid, "operations": sorted(called)})
    with Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")

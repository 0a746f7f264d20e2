"""The `refresh` fixture: each test that uses it runs once per way to refresh tokens."""

from __future__ import annotations

import pytest

from tests.emulator.support.refreshing import Refresh, by_flow, by_operation


@pytest.fixture(params=[by_flow, by_operation], ids=["flow", "operation"])
def refresh(request: pytest.FixtureRequest) -> Refresh:
    """The way to refresh: by flow or by operation."""
    way: Refresh = request.param
    return way

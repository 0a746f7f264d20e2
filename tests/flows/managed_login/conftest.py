"""The small domain of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.managed_login.small_domain import SmallDomain, small_domain


@pytest.fixture
def domain() -> Iterator[SmallDomain]:
    """A domain without a single page."""
    with small_domain() as served:
        yield served

"""The address of an app, where the pages lead to in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.empty_page import other_port


@pytest.fixture(scope="session")
def callback() -> Iterator[str]:
    """The callback of an app, an empty page."""
    with other_port() as port:
        yield f"http://localhost:{port}/callback"

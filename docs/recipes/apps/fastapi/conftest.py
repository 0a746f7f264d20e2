"""Fixtures for the tests of the app."""

import pytest
from fastapi.testclient import TestClient

import shop


@pytest.fixture
def client(cognito_environment):
    """The app on the pool of the test, without what it has kept of an earlier one."""
    shop.cognito.cache_clear()
    shop.keys.cache_clear()
    with TestClient(shop.app) as client:
        yield client
    shop.cognito.cache_clear()
    shop.keys.cache_clear()

"""Fixtures for the tests of the app."""

import pytest

from shop import create_app


@pytest.fixture
def client(cognito_environment):
    """The app, made after the environment: it has a client for the pool of the test."""
    return create_app().test_client()

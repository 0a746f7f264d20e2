"""Fixtures for the tests of the app."""

import os

import django
import pytest
from django.test import Client, override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()

# Django needs its settings before anything of the app is imported.
from shop import accounts  # noqa: E402


@pytest.fixture
def client(cognito_environment):
    """The app with the settings of the test's pool: Django has read its own already.

    With pytest-django, its fixture ``settings`` does the same as ``override_settings``.
    """
    pool = cognito_environment
    accounts.forget()
    with override_settings(
        COGNITO_USER_POOL_ID=pool.user_pool_id,
        COGNITO_CLIENT_ID=pool.client_id,
        COGNITO_CLIENT_SECRET=pool.client_secret.reveal(),
    ):
        yield Client(headers={"host": "localhost"})
    accounts.forget()

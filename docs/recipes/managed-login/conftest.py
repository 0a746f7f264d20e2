"""Fixtures for the tests of the app."""

import pytest

from shop import create_app


@pytest.fixture
def client(cognito_environment):
    """The app on the pool of the test, at the address that its app client knows."""
    app = create_app()
    app.config["SERVER_NAME"] = "localhost:3000"
    return app.test_client()


@pytest.fixture
def sign_in(client, cognito_managed_login, cognito_enrolled):
    """Presses the app's button, and walks through the pages to the app's callback."""
    login, user = cognito_managed_login, cognito_enrolled

    def walk():
        page = login.start(client.get("/sign-in").headers["Location"])
        return login.go_on(page, user.person, login.request(), authenticator=user.authenticator)

    return walk

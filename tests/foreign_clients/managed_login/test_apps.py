"""Tests of every client of managed login, unmodified, on a served emulator.

There is a class for each client, so that ``--dist=loadscope`` keeps its tests together: the steps
run once, and each of them is a test.
"""

from __future__ import annotations

from typing import ClassVar

import pytest

from tests.foreign_clients.managed_login import apps
from tests.foreign_clients.managed_login.apps import LoginApp, running
from tests.foreign_clients.managed_login.conftest import Server
from tests.foreign_clients.managed_login.pool import make_login_pool
from tests.foreign_clients.managed_login.steps import expected_of, taken
from tests.foreign_clients.walk import Report


@pytest.fixture(scope="class")
def report(request: pytest.FixtureRequest) -> Report:
    """The outcomes of the steps of the class's app."""
    app: LoginApp = request.cls.app
    server: Server = request.getfixturevalue("secured" if app.needs_tls else "plain")
    domain = request.cls.__name__.lower()
    pool = make_login_pool(server.url, domain, server.authority)
    with running(app, pool, server.key) as started:
        return taken(app, started, pool.person)


class LoginContract:
    """The tests of one client; a class that inherits them names it."""

    app: ClassVar[LoginApp]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each step that the client can take."""
        if "step" in metafunc.fixturenames:
            metafunc.parametrize("step", list(expected_of(self.app)))

    def test_a_step_has_its_outcome(self, report: Report, step: str) -> None:
        """On ``cognito-harness serve``, the step ran, and its outcome is Cognito's."""
        assert step in report.outcomes, f"it got no further than {report.failed_at}"
        assert report.outcomes[step] == report.expected[step]


class TestAmplify(LoginContract):
    """signInWithRedirect of aws-amplify in a page, over TLS."""

    app = apps.AMPLIFY


class TestOidcClient(LoginContract):
    """oidc-client-ts in a page."""

    app = apps.OIDC_CLIENT


class TestOpenidClient(LoginContract):
    """openid-client with every check that it has."""

    app = apps.OPENID_CLIENT


class TestAuthJs(LoginContract):
    """Auth.js with its Cognito provider."""

    app = apps.AUTH_JS


class TestAuthlib(LoginContract):
    """authlib in a Flask app."""

    app = apps.AUTHLIB


class TestRequestsOauthlib(LoginContract):
    """requests-oauthlib with the addresses of the domain."""

    app = apps.REQUESTS_OAUTHLIB

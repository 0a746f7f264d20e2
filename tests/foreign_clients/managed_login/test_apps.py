"""Tests of every client of managed login, unmodified, on a served emulator.

There is a class for each client, so that ``--dist=loadscope`` keeps its tests together: the steps
run once, and each of them is a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.server import EmulatorServer
from harness.emulator.server.tls import make_authority
from tests.foreign_clients.managed_login import apps
from tests.foreign_clients.managed_login.apps import LoginApp, running
from tests.foreign_clients.managed_login.conftest import Server, hash_of_key
from tests.foreign_clients.managed_login.pool import make_login_pool
from tests.foreign_clients.managed_login.steps import expected_of, taken
from tests.foreign_clients.managed_login.weaknesses import LOGIN_WEAKNESSES
from tests.foreign_clients.walk import Report
from tests.foreign_clients.weakness import Weakness


@pytest.fixture(scope="class")
def report(request: pytest.FixtureRequest) -> Report:
    """The outcomes of the steps of the class's app."""
    app: LoginApp = request.cls.app
    server: Server = request.getfixturevalue("secured" if app.needs_tls else "plain")
    return walked(app, server, request.cls.__name__.lower())


def walked(app: LoginApp, server: Server, domain: str) -> Report:
    """Take the steps of an app in a pool of its own."""
    pool = make_login_pool(server.url, domain, server.authority)
    with running(app, pool, server.key) as started:
        return taken(app, started, pool.person)


@contextmanager
def serving_here(app: LoginApp, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve an emulator in this process, whose checks a test can remove."""
    emulator = Emulator(mock=False, settings=EmulatorSettings(issuer="server"))
    authority = make_authority("127.0.0.1") if app.needs_tls else None
    context = authority.context if authority else None
    with EmulatorServer(emulator=emulator, tls=context) as running_server:
        if authority is None:
            yield Server(running_server.url)
            return
        certificate = folder / "ca.pem"
        certificate.write_bytes(authority.certificate)
        patch.setenv("AWS_CA_BUNDLE", str(certificate))
        yield Server(running_server.url, certificate, hash_of_key(running_server.url))


class LoginContract:
    """The tests of one client; a class that inherits them names it."""

    app: ClassVar[LoginApp]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each step that the client can take, and of each missing check."""
        steps = list(expected_of(self.app)) if hasattr(self, "app") else []
        if "step" in metafunc.fixturenames:
            metafunc.parametrize("step", steps)
        if "weakness" in metafunc.fixturenames:
            able = [known for known in LOGIN_WEAKNESSES if known.noticed_at in steps]
            metafunc.parametrize("weakness", able, ids=str)

    def test_a_step_has_its_outcome(self, report: Report, step: str) -> None:
        """On ``cognito-harness serve``, the step ran, and its outcome is Cognito's."""
        assert step in report.outcomes, f"it got no further than {report.failed_at}"
        assert report.outcomes[step] == report.expected[step]

    def test_a_missing_check_is_noticed(
        self, weakness: Weakness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """If a check is missing, the client fails at the step that it is for, not earlier.

        What a client does not check for itself is listed with it, and it gets through.
        """
        weakness.plant(monkeypatch)

        with serving_here(self.app, tmp_path, monkeypatch) as server:
            report = walked(self.app, server, "weak")

        noticed = weakness.name not in self.app.misses
        assert report.failed_at == (weakness.noticed_at if noticed else None), report.outcomes


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

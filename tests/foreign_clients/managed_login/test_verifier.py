"""aws-jwt-verify accepts the tokens of the pages, whose issuer is that of AWS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.processes import PATIENCE_SECONDS, serving
from tests.foreign_clients.clients import environment
from tests.foreign_clients.driver import started_driver
from tests.foreign_clients.install_packages import NODE
from tests.foreign_clients.managed_login import apps
from tests.foreign_clients.managed_login.pool import LoginPool, make_login_pool


@pytest.fixture(scope="module")
def pool() -> Iterator[LoginPool]:
    """A pool on ``serve``, with the issuer that CognitoJwtVerifier computes (H107)."""
    with serving() as served:
        yield make_login_pool(served.url, "verified")


def _tokens(pool: LoginPool) -> dict[str, str]:
    """Sign in with requests-oauthlib, which checks no issuer."""
    app, person = apps.REQUESTS_OAUTHLIB, pool.person
    with started_driver(app.command, app.directory, environment(pool.url)) as driver:
        running = app.start(driver, pool)
        running.begin()
        running.answer(username=person.username, current_password=person.password)
        assert running.answer(one_time_code=person.code()) == "signed in as ada"
        return {name: str(token) for name, token in driver.ask("tokens").items()}


@pytest.mark.fact("H107")
def test_the_tokens_are_what_it_expects(pool: LoginPool) -> None:
    """Both tokens pass, by kind, app client and scope; and what should not pass does not."""
    tokens = _tokens(pool)
    given = {
        "base": pool.base,
        "userPoolId": pool.user_pool_id,
        "clientId": pool.confidential_id,
        "idToken": tokens["id_token"],
        "accessToken": tokens["access_token"],
    }
    done = subprocess.run(
        ["node", "login_verify.mjs", json.dumps(given)],
        cwd=NODE,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "the ID token": "ada",
        "the access token": "ada",
        "a scope that was granted": "ada",
        "a scope that no client has": "refused: JwtInvalidScopeError",
        "the ID token in the place of the access token": "refused: CognitoJwtInvalidTokenUseError",
        "the token of another app client": "refused: CognitoJwtInvalidClientIdError",
        "claims that were changed": "refused: JwtInvalidSignatureError",
    }

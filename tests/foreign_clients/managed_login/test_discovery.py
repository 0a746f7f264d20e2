"""What go-oidc and Argo CD ask of a provider, asked as they do; Go itself is not here."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.foreign_clients.managed_login.conftest import Server
from tests.foreign_clients.managed_login.pool import LoginPool, make_login_pool
from tests.foreign_clients.managed_login.visitor import Visitor

_CALLBACK = "http://localhost:3000/auth/callback"
_STATE = "kept-as-it-is"


@pytest.fixture(scope="module")
def pool(plain: Server) -> LoginPool:
    """A pool whose app client is Argo CD's."""
    pool = make_login_pool(plain.url, "argo-cd")
    pool.settings(_CALLBACK, "http://localhost:3000/", public=False)
    return pool


def _document(pool: LoginPool) -> dict[str, str]:
    address = f"{pool.base}/.well-known/openid-configuration"
    return dict(requests.get(address, timeout=60).json())


@pytest.mark.fact("H111")
def test_the_issuer_is_the_address_that_was_asked(pool: LoginPool) -> None:
    """go-oidc refuses a document whose issuer is not the address that it was given (H111)."""
    document = _document(pool)
    assert document["issuer"] == pool.base
    # It reads these members, and the keys must be there.
    # https://github.com/coreos/go-oidc/blob/v3/oidc/oidc.go
    for member in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint"):
        assert document[member].startswith(f"{pool.domain_url}/"), member
    assert requests.get(document["jwks_uri"], timeout=60).json()["keys"]


@pytest.mark.fact("H028", "H111")
def test_the_scope_groups_is_refused(pool: LoginPool) -> None:
    """Argo CD's default scopes contain one that Cognito does not know (H028, H111)."""
    visitor = Visitor(pool.url)
    query = {
        "client_id": pool.confidential_id,
        "redirect_uri": _CALLBACK,
        "response_type": "code",
        "scope": "openid profile email groups",
        "state": _STATE,
    }
    visitor.visit(f"{_document(pool)['authorization_endpoint']}?{urlencode(query)}")
    assert parse_qs(urlsplit(visitor.arrived_at).query) == {
        "error": ["invalid_request"],
        "error_description": ["invalid_scope"],
        "state": [_STATE],
    }

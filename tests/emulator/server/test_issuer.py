"""A served emulator as the issuer: programs that only know ``iss`` find and use its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.server import EmulatorServer
from tests.emulator.server.test_server import http
from tests.emulator.support.expect import START
from tests.emulator.support.walker import claims_of, new_walker, tokens_of

MEMBERS = [
    "authorization_endpoint",
    "end_session_endpoint",
    "id_token_signing_alg_values_supported",
    "issuer",
    "jwks_uri",
    "response_types_supported",
    "revocation_endpoint",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "userinfo_endpoint",
]


@pytest.fixture(scope="module", params=["aws", "server"])
def server(request: pytest.FixtureRequest) -> Iterator[EmulatorServer]:
    """A served emulator with each issuer."""
    settings = EmulatorSettings(issuer=request.param)
    emulator = Emulator(clock=VirtualClock(START, frozen=True), mock=False, settings=settings)
    with EmulatorServer(emulator=emulator) as running:
        yield running


def document_of(server: EmulatorServer, pool_id: str, **headers: str) -> dict[str, Any]:
    """Return a pool's OpenID configuration, over HTTP."""
    path = f"/{pool_id}/.well-known/openid-configuration"
    status, _, body = http(server, "GET", path, **headers)
    assert status == 200
    return dict(json.loads(body))


@pytest.mark.fact("A277")
def test_the_document_has_the_members_of_cognito(server: EmulatorServer) -> None:
    """It has exactly these, in the order of the alphabet, and no others that clients might use."""
    pool_id = new_walker(server.emulator.engine).user_pool_id
    assert list(document_of(server, pool_id)) == MEMBERS


def test_a_host_header_changes_nothing(server: EmulatorServer) -> None:
    """Whatever a client calls the server, the document is the one of the start."""
    pool_id = new_walker(server.emulator.engine).user_pool_id
    usual = document_of(server, pool_id)
    for headers in ({"Host": "evil.example"}, {"X_Forwarded_Host": "evil.example"}):
        assert document_of(server, pool_id, **headers) == usual
    assert usual["jwks_uri"] == f"{server.url}/{pool_id}/.well-known/jwks.json"


@pytest.mark.fact("A276")
def test_keys_found_through_the_issuer_verify_the_tokens(server: EmulatorServer) -> None:
    """A verifier goes from ``iss`` to the document, from there to the keys, and verifies with them.

    With the issuer of AWS it cannot start there, and is told the address of the emulator.
    """
    walker = new_walker(server.emulator.engine)
    tokens = tokens_of(walker.by_password())
    token = tokens["IdToken"]
    issuer = claims_of(token)["iss"]
    is_own = server.emulator.engine.settings.issuer == "server"
    assert issuer.startswith(f"{server.url}/") is is_own
    document = document_of(server, walker.user_pool_id)
    assert document["issuer"] == issuer
    _, _, body = http(server, "GET", document["jwks_uri"].removeprefix(server.url))
    decoded = jwt.decode(token, KeySet.import_key_set(json.loads(body)), algorithms=["RS256"])
    registry = jwt.JWTClaimsRegistry(
        now=lambda: int(START),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": walker.client_id},
    )
    registry.validate(decoded.claims)


@pytest.mark.fact("H100")
def test_what_the_document_names_says_that_a_domain_is_missing(server: EmulatorServer) -> None:
    """Without a domain the endpoints say how to get one, in place of an error of S3."""
    document = document_of(server, new_walker(server.emulator.engine).user_pool_id)
    named = [url for member, url in document.items() if member.endswith("_endpoint")]
    assert len(named) == 5
    for url in named:
        for method in ("GET", "POST"):
            status, _, body = http(server, method, url.removeprefix(server.url) + "?x=1")
            assert status == 404
            assert b"CreateUserPoolDomain gives a pool its domain" in body


@pytest.mark.parametrize("given", [None, "https://auth.example.com"])
def test_address_of_a_server_ends_with_it(given: str | None) -> None:
    """After a stop nothing is said to be at the server's port; the settings' own address stays."""
    emulator = Emulator(mock=False, settings=EmulatorSettings(public_url=given))
    with EmulatorServer(emulator=emulator, cognito_only=True) as server:
        assert emulator.engine.public_url == (given or server.url)
    assert emulator.engine.public_url == given

"""The OpenID configuration of a pool with a domain, and without one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.http.discovery import openid_configuration
from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError
from tests.emulator.support.browser import Browser, Site, in_process, new_site, over_http
from tests.emulator.support.expect import START

ENDPOINTS = {
    "authorization_endpoint": "/oauth2/authorize",
    "end_session_endpoint": "/logout",
    "revocation_endpoint": "/oauth2/revoke",
    "token_endpoint": "/oauth2/token",
    "userinfo_endpoint": "/oauth2/userInfo",
}


def document(site: Site) -> dict[str, Any]:
    """Return the OpenID configuration of the pool."""
    found: dict[str, Any] = json.loads(openid_configuration(site.engine, site.pool_id).body)
    return found


@pytest.mark.fact("H099")
def test_the_endpoints_are_those_of_the_domain(site: Site) -> None:
    """Members are in the order of the alphabet, and none is there that Cognito does not have."""
    found = document(site)
    for member, path in ENDPOINTS.items():
        assert found[member] == f"{site.browser.base}{path}"
    assert list(found) == sorted(found)
    assert set(found) == {
        *ENDPOINTS,
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "scopes_supported",
        "subject_types_supported",
        "token_endpoint_auth_methods_supported",
    }
    assert found["response_types_supported"] == ["code", "token"]
    assert found["scopes_supported"] == ["openid", "email", "phone", "profile"]


@pytest.mark.fact("H099")
def test_what_it_names_is_there(site: Site) -> None:
    """Each endpoint answers below the address that the document names."""
    found = document(site)
    assert site.browser.get(found["authorization_endpoint"], site.query).status == 302
    assert site.browser.get(found["end_session_endpoint"]).status == 302
    for member in ("token_endpoint", "revocation_endpoint"):
        assert site.browser.post(found[member], "", {}).status == 400
    assert site.browser.get(found["userinfo_endpoint"]).status == 400


@pytest.mark.fact("H100", "H100b")
def test_without_a_domain_the_endpoints_are_below_the_issuer(engine: Engine) -> None:
    """They are named, and a browser is told where a domain would be."""
    site = new_site(engine, in_process(engine))
    domain = {"UserPoolId": site.pool_id, "Domain": "people"}
    engine.call("DeleteUserPoolDomain", domain)
    found = document(site)
    for member, path in ENDPOINTS.items():
        assert found[member] == f"{found['issuer']}/{path.rpartition('/')[2]}"
    with EmulatorServer(cognito_only=True) as server:
        created = server.emulator.engine.call("CreateUserPool", {"PoolName": "p"})["UserPool"]
        root = Browser(over_http(), server.url)
        shown = root.get(f"/{created['Id']}/authorize")
        assert shown.status == 404
        assert "CreateUserPoolDomain" in shown.text


@pytest.mark.fact("H100b")
def test_the_domain_has_no_document_of_its_own(site: Site) -> None:
    """Discovery and keys are at the issuer."""
    for name in ("openid-configuration", "jwks.json"):
        assert site.browser.get(f"/.well-known/{name}").status == 404
        assert site.browser.get(f"/{site.pool_id}/.well-known/{name}").status == 404


def test_a_custom_domain_goes_first(engine: Engine) -> None:
    """Of two domains the custom one is named; in the process by its own name."""
    site = new_site(engine, in_process(engine))
    engine.pools[site.pool_id].domains["CustomDomain"] = "auth.example.com"
    expected = "https://auth.example.com/oauth2/token"
    assert document(site)["token_endpoint"] == expected


@pytest.mark.fact("H120")
def test_hosts_are_named_if_somebody_wants_them() -> None:
    """With the style host, discovery names a host below localhost, on the port of the server."""
    settings = EmulatorSettings(domain_style="host")
    clock = VirtualClock(START, frozen=True)
    emulator = Emulator(clock=clock, settings=settings, mock=False)
    with EmulatorServer(emulator=emulator, cognito_only=True) as server:
        site = new_site(emulator.engine, over_http())
        port = urlsplit(server.url).port
        expected = f"http://people.auth.us-east-1.localhost:{port}"
        assert document(site)["token_endpoint"] == f"{expected}/oauth2/token"
        # Not every resolver knows names below localhost (H120), so that Host says it here.
        shown = Browser(site.browser.send, server.url).get(
            "/oauth2/authorize", site.query, Host=urlsplit(expected).netloc
        )
        assert shown.headers["location"].startswith(f"{expected}/login?")
        assert any("; Path=/;" in cookie for cookie in shown.cookies)
        # A custom domain has no host that leads here.
        emulator.engine.pools[site.pool_id].domains["CustomDomain"] = "auth.example.com"
        expected = f"{server.url}/_domain/auth.example.com/logout"
        assert document(site)["end_session_endpoint"] == expected


def test_styles_that_cannot_be_are_refused() -> None:
    """There are two, and hosts below localhost are on no other machine."""
    with pytest.raises(ConfigurationError, match="domain_style: cannot use 'dns'; allowed"):
        EmulatorSettings(domain_style="dns")
    for url in ("https://dev.example", "http://localhost:5000/cognito"):
        with pytest.raises(ConfigurationError, match="domain_style: cannot use 'host'"):
            EmulatorSettings(domain_style="host", public_url=url)
    EmulatorSettings(domain_style="host", public_url="http://localhost:5000")

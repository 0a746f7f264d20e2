"""Managed login and resource servers in a specification: requests, and what Cognito refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness import ManagedLogin, PoolSpec, ResourceServer
from harness.errors import ConfigurationError
from harness.pools.spec.spec_match import mismatches

API = ResourceServer("https://api.example.com", ("read", "write"))
MACHINE = ManagedLogin(flows=("client_credentials",), scopes=("https://api.example.com/read",))


def client_request(**fields: Any) -> dict[str, Any]:
    """Return the request of CreateUserPoolClient of a pool with these fields."""
    spec = PoolSpec(**fields)
    spec.require_makeable()
    return dict(spec.create_client_request("us-east-1_AbCdEf123"))


def test_request_of_an_app_client_with_pages() -> None:
    """The app client gets the flows, scopes and URLs, and Cognito's own form."""
    request = client_request(managed_login=ManagedLogin())
    assert request["AllowedOAuthFlowsUserPoolClient"] is True
    assert request["AllowedOAuthFlows"] == ["code"]
    assert request["AllowedOAuthScopes"] == ["openid", "email", "profile"]
    assert request["CallbackURLs"] == ["http://localhost:3000/callback"]
    assert request["LogoutURLs"] == ["http://localhost:3000/"]
    assert request["SupportedIdentityProviders"] == ["COGNITO"]


def test_request_without_managed_login_is_as_before() -> None:
    """A pool without managed login sends no member of OAuth."""
    assert not [name for name in client_request() if "OAuth" in name or name.endswith("URLs")]


def test_request_of_a_machine() -> None:
    """An app client for client_credentials has no URLs, for no browser comes back to it."""
    request = client_request(client_secret=True, managed_login=MACHINE, resource_servers=(API,))
    assert request["AllowedOAuthFlows"] == ["client_credentials"]
    assert "CallbackURLs" not in request
    assert "LogoutURLs" not in request


def test_request_of_a_resource_server() -> None:
    """A resource server is named after its identifier, without what no name can have."""
    assert API.members() == {
        "Identifier": "https://api.example.com",
        "Name": "https---api.example.com",
        "Scopes": [
            {"ScopeName": "read", "ScopeDescription": "read"},
            {"ScopeName": "write", "ScopeDescription": "write"},
        ],
    }
    assert ResourceServer("api", name="The API").members()["Name"] == "The API"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"flows": ()}, "flows: .*H010"),
        ({"scopes": ()}, "scopes: .*H010"),
        ({"flows": ("code", "client_credentials")}, "flows: .*must be alone"),
        ({"flows": ("client_credentials",), "scopes": ("a/b",)}, "needs client_secret=True"),
        ({"scopes": ("openid", "offline_access")}, "scopes: cannot use 'offline_access'"),
        ({"scopes": ("openid", "api/read")}, "need a ResourceServer"),
        ({"callback_urls": ()}, "callback_urls: no value given"),
        ({"callback_urls": ("/callback",)}, "callback_urls: .*must be absolute"),
        ({"callback_urls": ("https://a.example/#x",)}, "no fragment"),
        ({"callback_urls": ("https://a.example/#",)}, "no fragment"),
        ({"callback_urls": ("http://app.example/cb",)}, r"only localhost, 127.0.0.1 and \[::1\]"),
        ({"callback_urls": ("http://localhost.example/cb",)}, "only localhost"),
        ({"callback_urls": ("https://",)}, "names no host"),
        ({"callback_urls": ("https://[",)}, "it is no URL"),
        ({"callback_urls": ("https://a.example/ b",)}, "without spaces"),
        ({"callback_urls": ("https://a.example/" + "b" * 1024,)}, "1 to 1024 characters"),
        ({"logout_urls": ("http://app.example/",)}, "logout_urls: .*only localhost"),
        ({"callback_urls": tuple(f"https://a{n}.example" for n in range(101))}, "at most 100"),
    ],
)
def test_refused_settings(fields: dict[str, Any], message: str) -> None:
    """What Cognito refuses, or nobody could use, is refused before any call."""
    with pytest.raises(ConfigurationError, match=message):
        client_request(managed_login=ManagedLogin(**fields))


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/cb",
        "http://127.0.0.1:8080/cb",
        "http://[::1]:9/cb",
        "myapp://signed-in",
        "https://app.example.com",
    ],
)
def test_accepted_urls(url: str) -> None:
    """Loopback hosts may use http, and an app on a device its own scheme (H014)."""
    assert client_request(managed_login=ManagedLogin(callback_urls=(url,)))["CallbackURLs"] == [url]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"flows": ("token",)}, "flows: cannot use 'token'"),
        ({"version": 3}, "version: cannot use 3"),
        ({"version": "2"}, "version: .*a whole number"),
        ({"scopes": "openid"}, "scopes: .*a tuple"),
        ({"scopes": (1,)}, "scopes: .*must be a text"),
    ],
)
def test_values_of_no_pool(fields: dict[str, Any], message: str) -> None:
    """A value that no pool can have is refused when it is written down."""
    with pytest.raises(ConfigurationError, match=message):
        ManagedLogin(**fields)


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"identifier": "my api"}, "identifier: cannot use 'my api'"),
        ({"identifier": ""}, "identifier"),
        ({"identifier": "api", "scopes": ("read/all",)}, "scopes: cannot use 'read/all'"),
        ({"identifier": "api", "scopes": tuple(map(str, range(101)))}, "at most 100"),
    ],
)
def test_refused_resource_servers(server: dict[str, Any], message: str) -> None:
    """A resource server that Cognito refuses is refused when it is written down."""
    with pytest.raises(ConfigurationError, match=message):
        ResourceServer(**server)


def test_resource_servers_of_a_pool() -> None:
    """A pool has resource servers of different identifiers, and at most 25 of them (H017)."""
    with pytest.raises(ConfigurationError, match="two of them have this identifier"):
        PoolSpec(resource_servers=(API, replace(API, scopes=())))
    with pytest.raises(ConfigurationError, match="each of them must be a ResourceServer"):
        PoolSpec(resource_servers=("api",))  # type: ignore[arg-type]
    many = tuple(ResourceServer(f"api{number}") for number in range(26))
    with pytest.raises(ConfigurationError, match="at most 25"):
        PoolSpec(resource_servers=many).require_makeable()


def test_managed_login_of_another_type() -> None:
    """A value in place of a ManagedLogin is refused in one line."""
    with pytest.raises(ConfigurationError, match=r"managed_login: .*a ManagedLogin or None"):
        PoolSpec(managed_login=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [
        (ManagedLogin(), None, False),
        (ManagedLogin(), ManagedLogin(callback_urls=("https://shop.example.com",)), True),
        (ManagedLogin(), ManagedLogin(callback_urls=()), False),
        (ManagedLogin(), ManagedLogin(scopes=("openid", "email", "phone", "profile")), True),
        (ManagedLogin(), ManagedLogin(scopes=("openid",)), False),
        (ManagedLogin(), ManagedLogin(flows=("implicit",)), False),
        (ManagedLogin(), ManagedLogin(version=2), True),
        (ManagedLogin(version=2), ManagedLogin(), False),
        (ManagedLogin(callback_urls=("myapp://in",)), ManagedLogin(), False),
        (
            ManagedLogin(callback_urls=("myapp://in",)),
            ManagedLogin(callback_urls=("myapp://in", "https://a.example")),
            True,
        ),
    ],
)
def test_which_pool_fits(wanted: ManagedLogin, found: ManagedLogin | None, fits: bool) -> None:
    """A given pool fits with more flows and scopes, and with URLs of its own unless some matter."""
    differing = mismatches(PoolSpec(managed_login=wanted), PoolSpec(managed_login=found))
    assert [each.field for each in differing] == ([] if fits else ["managed_login"])


def test_a_pool_with_managed_login_fits_who_does_not_ask() -> None:
    """A test that names no managed login takes the pool as it is."""
    assert mismatches(PoolSpec(), PoolSpec(managed_login=ManagedLogin())) == []


def test_resource_servers_fit_by_their_scopes() -> None:
    """A pool may have more scopes than a test needs, and other names."""
    wanted = PoolSpec(resource_servers=(ResourceServer("api", ("read",)),))
    more = PoolSpec(resource_servers=(ResourceServer("api", ("read", "write"), "The API"),))
    assert mismatches(wanted, more) == []
    (missing,) = mismatches(more, wanted)
    assert str(missing) == "resource_servers is api/read but must be api/read api/write"

"""Resource servers, and the scopes that app clients may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.validation import name_violations
from tests.emulator.conftest import Call
from tests.emulator.support.expect import refused

MakeClient = Callable[..., dict[str, Any]]

READ = {"ScopeName": "read", "ScopeDescription": "Read"}
WRITE = {"ScopeName": "write", "ScopeDescription": "Write"}


@pytest.fixture
def server(call: Call, pool_id: str) -> dict[str, str]:
    """The members that name a resource server with the scope api/read."""
    named = {"UserPoolId": pool_id, "Identifier": "api"}
    call("CreateResourceServer", **named, Name="API", Scopes=[READ])
    return named


def test_resource_server_is_described_as_set(call: Call, server: dict[str, str]) -> None:
    """Describe and List show what Create and Update set."""
    expected = {**server, "Name": "API", "Scopes": [READ]}
    assert call("DescribeResourceServer", **server) == {"ResourceServer": expected}
    changed = {**server, "Name": "New", "Scopes": [WRITE]}
    assert call("UpdateResourceServer", **changed) == {"ResourceServer": changed}
    listed = call("ListResourceServers", UserPoolId=server["UserPoolId"], MaxResults=1)
    assert listed == {"ResourceServers": [changed]}


@pytest.mark.fact("M083", "M084")
def test_clients_have_only_scopes_of_resource_servers(
    call: Call, server: dict[str, str], make_client: MakeClient
) -> None:
    """A scope can be used as long as a resource server has it."""
    pool_id = server["UserPoolId"]
    made = make_client(pool_id, AllowedOAuthScopes=["api/read", "openid"])
    assert made["AllowedOAuthScopes"] == ["api/read", "openid"]
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/write"):
        make_client(pool_id, AllowedOAuthScopes=["api/write"])
    call("DeleteResourceServer", **server)
    with refused("ScopeDoesNotExistException", "Invalid scope requested: api/read"):
        make_client(pool_id, AllowedOAuthScopes=["api/read"])


def test_omitted_scopes_are_not_shown(call: Call, pool_id: str) -> None:
    """A resource server without scopes has no Scopes member."""
    named = {"UserPoolId": pool_id, "Identifier": "api", "Name": "API"}
    assert call("CreateResourceServer", **named) == {"ResourceServer": named}


def test_identifier_is_used_once(call: Call, server: dict[str, str]) -> None:
    """A second resource server with the same identifier is refused."""
    text = f"api already exists in user pool {server['UserPoolId']}."
    with refused("InvalidParameterException", text):
        call("CreateResourceServer", **server, Name="Other")


@pytest.mark.parametrize("operation", ["DescribeResourceServer", "DeleteResourceServer"])
def test_unknown_resource_server_is_not_found(call: Call, pool_id: str, operation: str) -> None:
    """An identifier that the pool does not have is not found."""
    with refused("ResourceNotFoundException", "Resource server api does not exist."):
        call(operation, UserPoolId=pool_id, Identifier="api")


@pytest.mark.fact("H017")
def test_pool_has_at_most_25_resource_servers(call: Call, pool_id: str) -> None:
    """One more is refused."""
    for number in range(25):
        call("CreateResourceServer", UserPoolId=pool_id, Identifier=f"api{number}", Name="API")
    with refused("LimitExceededException"):
        call("CreateResourceServer", UserPoolId=pool_id, Identifier="api", Name="API")


@pytest.mark.fact("H017")
@pytest.mark.parametrize("operation", ["CreateResourceServer", "UpdateResourceServer"])
def test_resource_server_has_at_most_100_scopes(operation: str) -> None:
    """One more is a violation of the model."""
    scopes = [{"ScopeName": f"read{n}", "ScopeDescription": "Read"} for n in range(101)]
    body = {"UserPoolId": "us-east-1_a", "Identifier": "api", "Name": "API"}
    assert name_violations(operation, {**body, "Scopes": scopes[:100]})
    with refused(
        "InvalidParameterException",
        f"1 validation error detected: Value '{scopes}' at 'scopes' failed to satisfy constraint: "
        "Member must have length less than or equal to 100",
    ):
        name_violations(operation, {**body, "Scopes": scopes})

"""Pools that are created from a configuration: what their requests need besides its settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from harness.pools.configuration.pool_configuration import Origin, Part, PoolConfiguration
from harness.pools.making.provision_configuration import provision_configuration
from harness.targets.emulated import EmulatedTarget

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@pytest.fixture
def client() -> Iterator[CognitoIdentityProviderClient]:
    """A client of an emulator."""
    target = EmulatedTarget(region="us-east-1")
    target.start()
    yield target.client()
    target.stop()


def configuration(pool: dict[str, Any], **app: Any) -> PoolConfiguration:
    """Return a pool with these settings and one app client."""
    return PoolConfiguration(
        Origin("snapshot", "shop.json"),
        Part("pool", "shop", {"PoolName": "shop", **pool}),
        Part("mfa", "shop", {}),
        (Part("client", "web", app),),
    )


def test_resource_servers_of_scopes_are_created(client: CognitoIdentityProviderClient) -> None:
    """Cognito refuses a scope that no resource server has, so the pool gets one (M083)."""
    scopes = ["openid", "https://api.example.com/read", "https://api.example.com/write"]
    made = provision_configuration(client, configuration({}, AllowedOAuthScopes=scopes))
    described = client.describe_user_pool_client(
        UserPoolId=made.user_pool_id, ClientId=made.apps["web"].client_id
    )
    assert described["UserPoolClient"]["AllowedOAuthScopes"] == scopes
    listed = client.list_resource_servers(UserPoolId=made.user_pool_id, MaxResults=10)
    (server,) = listed["ResourceServers"]
    assert server["Identifier"] == "https://api.example.com"
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["read", "write"]


@pytest.mark.parametrize("days", [3, 5])
def test_equal_validities_are_sent_once(client: CognitoIdentityProviderClient, days: int) -> None:
    """A live pool shows its days in two members, and Cognito refuses both together (M046)."""
    policy = {"PasswordPolicy": {"TemporaryPasswordValidityDays": 3}}
    invitation = {"UnusedAccountValidityDays": days}
    wanted = configuration({"Policies": policy, "AdminCreateUserConfig": invitation})
    if days != 3:
        with pytest.raises(ClientError, match="instead of UnusedAccountValidityDays"):
            provision_configuration(client, wanted)
        return
    made = provision_configuration(client, wanted)
    pool = client.describe_user_pool(UserPoolId=made.user_pool_id)["UserPool"]
    assert pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == 3

"""Reads the configuration of a live pool from the service's description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from harness.pools.configuration.pool_configuration import Kind, Origin, Part, PoolConfiguration
from harness.pools.configuration.service_members import member_names

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["client_members", "mfa_members", "pool_members", "read_live"]

_CUSTOM, _DEVELOPER = "custom:", "dev:"


def read_live(client: CognitoIdentityProviderClient, user_pool_id: str) -> PoolConfiguration:
    """Return the configuration of a live pool with all its app clients; changes nothing.

    Args:
        client: a boto3 client with permission for DescribeUserPool, GetUserPoolMfaConfig,
            ListUserPoolClients and DescribeUserPoolClient.
        user_pool_id: the id of the pool.

    Raises:
        ClientError: the pool does not exist, or the client may not describe it.
    """
    described = client.describe_user_pool(UserPoolId=user_pool_id)["UserPool"]
    mfa: Mapping[str, Any] = client.get_user_pool_mfa_config(UserPoolId=user_pool_id)
    name = described.get("Name", user_pool_id)
    return PoolConfiguration(
        origin=Origin("live pool", user_pool_id),
        pool=Part("pool", name, pool_members(described)),
        mfa=Part("mfa", name, mfa_members(mfa)),
        clients=tuple(_clients(client, user_pool_id)),
    )


def pool_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateUserPool in the description of a pool."""
    members = _members_of(described, "pool")
    if "Name" in described:
        members["PoolName"] = described["Name"]
    if attributes := described.get("SchemaAttributes"):
        members["Schema"] = [_attribute(item) for item in attributes if item.get("Name") != "sub"]
    return members


def mfa_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig in the MFA configuration of a pool."""
    return _members_of(described, "mfa")


def client_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient in a description, without the secret."""
    return {**_members_of(described, "client"), "GenerateSecret": "ClientSecret" in described}


def _attribute(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return an attribute under the name with which it was created."""
    name = str(described["Name"]).removeprefix(_DEVELOPER).removeprefix(_CUSTOM)
    return {**described, "Name": name}


def _clients(client: CognitoIdentityProviderClient, user_pool_id: str) -> Iterator[Part]:
    pages = client.get_paginator("list_user_pool_clients").paginate(UserPoolId=user_pool_id)
    found = [summary for page in pages for summary in page["UserPoolClients"]]
    names = [summary["ClientName"] for summary in found]
    for summary in found:
        described = client.describe_user_pool_client(
            UserPoolId=user_pool_id, ClientId=summary["ClientId"]
        )["UserPoolClient"]
        # Several app clients can have the same name.
        unique = names.count(summary["ClientName"]) == 1
        name = summary["ClientName"] if unique else summary["ClientId"]
        yield Part("client", name, client_members(described))


def _members_of(described: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    return {name: described[name] for name in member_names(kind) if name in described}

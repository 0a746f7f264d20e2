"""Reads the configuration of a live pool from the service's description.

A botocore drops what its model does not have from a response. If it is older than a member that
files can have, the members are taken from the JSON of the response.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from harness.pools.configuration.pool_configuration import Kind, Origin, Part, PoolConfiguration
from harness.pools.configuration.service_members import lacks_members, member_names
from harness.pools.sources.live_login import LiveLogin

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["client_members", "mfa_members", "pool_members", "read_live", "whole_responses"]

_CUSTOM, _DEVELOPER = "custom:", "dev:"


def read_live(client: CognitoIdentityProviderClient, user_pool_id: str) -> PoolConfiguration:
    """Return the configuration of a live pool with all its app clients; changes nothing.

    Args:
        client: a boto3 client with permission for DescribeUserPool, GetUserPoolMfaConfig,
            ListUserPoolClients and DescribeUserPoolClient; what managed login needs is read if it
            may be (:class:`harness.pools.sources.live_login.LiveLogin`).
        user_pool_id: the id of the pool.

    Raises:
        ClientError: the pool does not exist, or the client may not describe it.
    """
    with whole_responses(client) as whole:
        described = whole(client.describe_user_pool(UserPoolId=user_pool_id))["UserPool"]
        mfa = whole(client.get_user_pool_mfa_config(UserPoolId=user_pool_id))
        name = described.get("Name", user_pool_id)
        clients = dict(_clients(client, user_pool_id, whole))
        login = LiveLogin(client, user_pool_id)
        domains, servers = login.domains(described), login.resource_servers()
        names = {client_id: part.name for client_id, part in clients.items()}
        return PoolConfiguration(
            origin=Origin("live pool", user_pool_id),
            pool=Part("pool", name, pool_members(described)),
            mfa=Part("mfa", name, mfa_members(mfa)),
            clients=tuple(clients.values()),
            domains=domains,
            resource_servers=servers,
            branding=login.branding(domains, names),
            not_shown=login.not_shown,
        )


#: Returns the whole of the response that it is given.
_Whole = Callable[[Any], Mapping[str, Any]]


@contextmanager
def whole_responses(client: CognitoIdentityProviderClient) -> Iterator[_Whole]:
    """Return what gives the whole of a response, also if botocore's model lacks members."""
    if not lacks_members():
        yield lambda response: response
        return
    newest: list[Any] = []

    def keep(response_dict: Mapping[str, Any], **_more: Any) -> None:
        newest[:] = [json.loads(response_dict["body"])] if response_dict.get("body") else []

    # botocore emits the event before it parses a response; a stubbed one is never parsed.
    event = f"before-parse.{client.meta.service_model.service_id.hyphenize()}"
    client.meta.events.register(event, keep)
    try:
        yield lambda response: newest[0] if newest else response
    finally:
        client.meta.events.unregister(event, keep)


def pool_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateUserPool in the description of a pool."""
    members = _members_of(described, "pool")
    if "Name" in described:
        members["PoolName"] = described["Name"]
    if attributes := described.get("SchemaAttributes"):
        is_list = isinstance(attributes, list)
        members["Schema"] = _without_sub(attributes) if is_list else attributes
    return members


def mfa_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig in the MFA configuration of a pool."""
    return _members_of(described, "mfa")


def client_members(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient in a description, without the secret."""
    return {**_members_of(described, "client"), "GenerateSecret": "ClientSecret" in described}


def _without_sub(attributes: list[Any]) -> list[Any]:
    """Return the attributes without sub, which Cognito adds, under the names of their creation.

    An item that is no attribute, as a file can have, stays as it is.
    """
    named = [(item, item.get("Name") if isinstance(item, Mapping) else None) for item in attributes]
    return [
        {**item, "Name": name.removeprefix(_DEVELOPER).removeprefix(_CUSTOM)}
        if isinstance(name, str)
        else item
        for item, name in named
        if name != "sub"
    ]


def _clients(
    client: CognitoIdentityProviderClient, user_pool_id: str, whole: _Whole
) -> Iterator[tuple[str, Part]]:
    """Yield each app client with its id."""
    pages = client.get_paginator("list_user_pool_clients").paginate(UserPoolId=user_pool_id)
    found = [summary for page in pages for summary in page["UserPoolClients"]]
    names = [summary["ClientName"] for summary in found]
    for summary in found:
        client_id = summary["ClientId"]
        response = client.describe_user_pool_client(UserPoolId=user_pool_id, ClientId=client_id)
        described = whole(response)["UserPoolClient"]
        # Several app clients can have the same name.
        unique = names.count(summary["ClientName"]) == 1
        name = summary["ClientName"] if unique else client_id
        yield client_id, Part("client", name, client_members(described))


def _members_of(described: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    return {name: described[name] for name in member_names(kind) if name in described}

"""Creates a user pool from a whole configuration, with all its app clients.

Settings whose value only a deployment knows are left out and reported. Where Cognito requires an
ARN, a made-up one is used, because the resource does not exist here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from harness.flows.actions import AppClient
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.configuration.service_members import require_sendable
from harness.pools.making.configuration_requests import (
    client_request,
    left_out,
    mfa_request,
    pool_request,
    resource_servers,
)
from harness.pools.making.journal import Journal, NoJournal
from harness.pools.making.provision_spec import pool_in_setup
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import CreateUserPoolRequestTypeDef

__all__ = ["PoolFromConfiguration", "provision_configuration"]


@dataclass(frozen=True)
class PoolFromConfiguration:
    """A user pool that was created from a configuration.

    Attributes:
        user_pool_id: the id of the pool.
        name: PoolName.
        apps: the app clients, by their names in the configuration.
        left_out: the unknown settings, by kind of part and path, and the app clients whose pool
            is unknown.
    """

    user_pool_id: str
    name: str
    apps: Mapping[str, AppClient]
    left_out: Mapping[str, Unknown] = field(default_factory=dict)


def provision_configuration(
    client: CognitoIdentityProviderClient,
    configuration: PoolConfiguration,
    *,
    name_prefix: str = "",
    tags: Mapping[str, str] | None = None,
    for_good: bool = True,
    journal: Journal | None = None,
) -> PoolFromConfiguration:
    """Create a pool and its app clients. If a step fails, delete the pool again.

    Args:
        client: a boto3 client with an administrator's credentials.
        configuration: the settings of the pool and its app clients.
        name_prefix: the start of PoolName.
        tags: more UserPoolTags than the configuration has.
        for_good: whether to set DeletionProtection as configured; a run deletes its pools, so it
            must not.
        journal: records the pool before it is created; the app clients are deleted with the pool.

    Raises:
        ConfigurationError: the installed botocore cannot send a setting; nothing is created.
        ClientError: Cognito refused a request; the pool is deleted.
        HarnessError: Cognito also refused the deletion; names the pool that is left.
    """
    for part in configuration.parts:
        require_sendable(part, configuration.origin.name)
    # Only SetUserPoolMfaConfig can switch on TOTP alone (A199).
    request = {**pool_request(configuration, name_prefix, tags), "MfaConfiguration": "OFF"}
    if not for_good:
        request.pop("DeletionProtection", None)
    typed = cast("CreateUserPoolRequestTypeDef", request)
    with pool_in_setup(client, typed, journal or NoJournal()) as made:
        if mfa := mfa_request(configuration.mfa):
            client.set_user_pool_mfa_config(UserPoolId=made.id, **mfa)
        for server in resource_servers(configuration):
            client.create_resource_server(UserPoolId=made.id, **server)
        apps = {part.name: _app(client, part, made.id) for part in configuration.clients}
    return PoolFromConfiguration(made.id, made.name, apps, left_out(configuration))


def _app(client: CognitoIdentityProviderClient, part: Part, user_pool_id: str) -> AppClient:
    response = client.create_user_pool_client(UserPoolId=user_pool_id, **client_request(part))
    created = response["UserPoolClient"]
    secret = created.get("ClientSecret")
    return AppClient(user_pool_id, created["ClientId"], None if secret is None else Secret(secret))

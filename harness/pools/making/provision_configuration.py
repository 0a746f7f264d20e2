"""Creates a user pool from a whole configuration, with all its app clients.

Settings whose value only a deployment knows are left out and reported. Where Cognito requires an
ARN, a made-up one is used, because the resource does not exist here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from harness.flows.actions import AppClient
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.configuration.resource_servers import needed_servers
from harness.pools.configuration.service_members import require_sendable
from harness.pools.making.configuration_requests import (
    branded_clients,
    client_request,
    domain_requests,
    foreign_providers,
    left_out,
    mfa_request,
    pool_request,
)
from harness.pools.making.domains import domain_name
from harness.pools.making.journal import Belonging, Journal, NoJournal
from harness.pools.making.oauth_requests import without_providers
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
        domains: the names of the domains, a prefix domain first; empty without one.
    """

    user_pool_id: str
    name: str
    apps: Mapping[str, AppClient]
    left_out: Mapping[str, Unknown] = field(default_factory=dict)
    domains: tuple[str, ...] = ()


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
        for_good: whether to set DeletionProtection and to name the domains as configured; a run
            deletes its pools, so it must not protect them, and its domains have its own prefix.
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
        for server in needed_servers(configuration):
            client.create_resource_server(UserPoolId=made.id, **server)
        apps = {part.name: _app(client, part, made.id) for part in configuration.clients}
        domains = tuple(_domains(client, configuration, made, for_good=for_good))
        for name in branded_clients(configuration):
            if name in apps:
                client.create_managed_login_branding(
                    UserPoolId=made.id,
                    ClientId=apps[name].client_id,
                    UseCognitoProvidedValues=True,
                )
    missing = {**left_out(configuration), **foreign_providers(configuration)}
    return PoolFromConfiguration(made.id, made.name, apps, missing, domains)


def _domains(
    client: CognitoIdentityProviderClient,
    configuration: PoolConfiguration,
    made: Belonging,
    *,
    for_good: bool,
) -> Iterator[str]:
    """Create the domains, and yield the name of each."""
    own_name = domain_name(made.name, made.id)
    for request in domain_requests(configuration, own_name, for_good=for_good):
        client.create_user_pool_domain(UserPoolId=made.id, **request)
        yield request["Domain"]


def _app(client: CognitoIdentityProviderClient, part: Part, user_pool_id: str) -> AppClient:
    request = without_providers(client_request(part))
    response = client.create_user_pool_client(UserPoolId=user_pool_id, **request)
    created = response["UserPoolClient"]
    secret = created.get("ClientSecret")
    return AppClient(user_pool_id, created["ClientId"], None if secret is None else Secret(secret))

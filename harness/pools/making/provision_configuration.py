"""Creates a user pool from a whole configuration, with all its app clients.

Settings whose value only a deployment knows are left out and reported. Where Cognito requires an
ARN, a made-up one is used, because the resource does not exist here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from harness.flows.actions import AppClient
from harness.pools.configuration.defaults import is_ordinary
from harness.pools.configuration.known_members import known_members, known_mfa
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown
from harness.pools.configuration.service_members import require_sendable
from harness.pools.making.journal import Journal, NoJournal
from harness.pools.making.provision_spec import pool_in_setup
from harness.redaction import Secret

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import (
        CreateUserPoolRequestTypeDef,
        ResourceServerScopeTypeTypeDef,
    )

__all__ = ["PoolFromConfiguration", "provision_configuration"]

_UNUSED_DAYS = "UnusedAccountValidityDays"
#: What the service model does not allow in the name of a resource server or an app client, such
#: as a slash.
_NOT_IN_A_NAME = re.compile(r"[^\w\s+=,.@-]")
#: CreateUserPool's limit for PoolName.
_LONGEST_NAME = 128


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
    request = _pool_request(configuration, name_prefix, tags or {})
    if not for_good:
        request.pop("DeletionProtection", None)
    with pool_in_setup(client, request, journal or NoJournal()) as made:
        _set_mfa(client, configuration.mfa, made.id)
        _make_resource_servers(client, configuration, made.id)
        apps = {part.name: _app(client, part, made.id) for part in configuration.clients}
    return PoolFromConfiguration(made.id, made.name, apps, _left_out(configuration))


def _set_mfa(client: CognitoIdentityProviderClient, mfa: Part, user_pool_id: str) -> None:
    request = known_mfa(mfa)
    if request.get("MfaConfiguration", "OFF") == "OFF":
        # Cognito refuses a factor together with OFF (A193).
        request = {name: request[name] for name in ("WebAuthnConfiguration",) if name in request}
    if request:
        client.set_user_pool_mfa_config(UserPoolId=user_pool_id, **request)


def _pool_request(
    configuration: PoolConfiguration, name_prefix: str, tags: Mapping[str, str]
) -> CreateUserPoolRequestTypeDef:
    request = known_members(configuration.pool.members)
    name = request.get("PoolName", configuration.name)
    request["PoolName"] = (name_prefix + name)[:_LONGEST_NAME]
    request["Schema"] = [item for item in request.get("Schema", ()) if not is_ordinary(item)]
    request["UserPoolTags"] = {**request.get("UserPoolTags", {}), **tags}
    _leave_one_validity(request)
    # Only SetUserPoolMfaConfig can switch on TOTP alone (A199).
    request["MfaConfiguration"] = "OFF"
    if not request["Schema"]:
        del request["Schema"]
    return cast("CreateUserPoolRequestTypeDef", request)


def _leave_one_validity(request: dict[str, Any]) -> None:
    """Remove UnusedAccountValidityDays if the policy has the same days.

    DescribeUserPool shows both members, and CreateUserPool refuses them together (M046).
    """
    policy = (request.get("Policies") or {}).get("PasswordPolicy") or {}
    config = request.get("AdminCreateUserConfig") or {}
    days = policy.get("TemporaryPasswordValidityDays")
    if days is not None and config.get(_UNUSED_DAYS) == days:
        kept = {name: value for name, value in config.items() if name != _UNUSED_DAYS}
        request["AdminCreateUserConfig"] = kept


def _make_resource_servers(
    client: CognitoIdentityProviderClient, configuration: PoolConfiguration, user_pool_id: str
) -> None:
    """Create the resource servers of the app clients' scopes; Cognito refuses others (M083)."""
    servers: dict[str, set[str]] = {}
    for part in configuration.clients:
        for scope in known_members(part.members).get("AllowedOAuthScopes") or ():
            identifier, slash, name = str(scope).rpartition("/")
            if slash:
                servers.setdefault(identifier, set()).add(name)
    for identifier, names in servers.items():
        scopes: list[ResourceServerScopeTypeTypeDef] = [
            {"ScopeName": name, "ScopeDescription": name} for name in sorted(names)
        ]
        name = _NOT_IN_A_NAME.sub("-", identifier)
        client.create_resource_server(
            UserPoolId=user_pool_id, Identifier=identifier, Name=name, Scopes=scopes
        )


def _app(client: CognitoIdentityProviderClient, part: Part, user_pool_id: str) -> AppClient:
    # A name can have the stack in front, with a slash.
    request = {"ClientName": _NOT_IN_A_NAME.sub("-", part.name), **known_members(part.members)}
    response = client.create_user_pool_client(UserPoolId=user_pool_id, **request)
    created = response["UserPoolClient"]
    secret = created.get("ClientSecret")
    return AppClient(user_pool_id, created["ClientId"], None if secret is None else Secret(secret))


def _left_out(configuration: PoolConfiguration) -> dict[str, Unknown]:
    found = {
        f"{part.kind} {part.name}: {path}": value
        for part in configuration.parts
        for path, value in part.unknown().items()
    }
    for one in configuration.unassigned:
        reason = f"its user pool: {one.reason.reason}; if it is this pool, write {one.remedy}"
        found[f"client {one.name}"] = Unknown(reason)
    if configuration.other_clients is not None:
        found[f"pool {configuration.name}: other app clients"] = configuration.other_clients
    return found

"""The requests that create a user pool from a whole configuration.

Settings whose value only a deployment knows are left out. Where Cognito requires an ARN, a made-up
one is used, because the resource does not exist here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.pools.configuration.defaults import is_ordinary
from harness.pools.configuration.known_members import known_members, known_mfa
from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["client_request", "left_out", "mfa_request", "pool_request", "resource_servers"]

_UNUSED_DAYS = "UnusedAccountValidityDays"
#: What the service model does not allow in the name of a resource server or an app client, such
#: as a slash.
_NOT_IN_A_NAME = re.compile(r"[^\w\s+=,.@-]")
#: CreateUserPool's limit for PoolName.
_LONGEST_NAME = 128


def pool_request(
    configuration: PoolConfiguration, name_prefix: str = "", tags: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the request of CreateUserPool.

    Args:
        configuration: the settings.
        name_prefix: the start of PoolName.
        tags: more UserPoolTags than the configuration has.
    """
    request = known_members(configuration.pool.members)
    name = request.get("PoolName", configuration.name)
    request["PoolName"] = (name_prefix + name)[:_LONGEST_NAME]
    request["Schema"] = [item for item in request.get("Schema", ()) if not is_ordinary(item)]
    request["UserPoolTags"] = {**request.get("UserPoolTags", {}), **(tags or {})}
    _leave_one_validity(request)
    if not request["Schema"]:
        del request["Schema"]
    return request


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


def mfa_request(mfa: Part) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig; empty if there is nothing to set."""
    request = known_mfa(mfa)
    if request.get("MfaConfiguration", "OFF") == "OFF":
        # Cognito refuses a factor together with OFF (A193).
        return {name: request[name] for name in ("WebAuthnConfiguration",) if name in request}
    return request


def resource_servers(configuration: PoolConfiguration) -> list[dict[str, Any]]:
    """Return the members of CreateResourceServer for the app clients' scopes.

    Cognito refuses a scope that no resource server has (M083).
    """
    servers: dict[str, set[str]] = {}
    for part in configuration.clients:
        for scope in known_members(part.members).get("AllowedOAuthScopes") or ():
            identifier, slash, name = str(scope).rpartition("/")
            if slash:
                servers.setdefault(identifier, set()).add(name)
    return [
        {
            "Identifier": identifier,
            "Name": _NOT_IN_A_NAME.sub("-", identifier),
            "Scopes": [{"ScopeName": name, "ScopeDescription": name} for name in sorted(names)],
        }
        for identifier, names in servers.items()
    ]


def client_request(part: Part) -> dict[str, Any]:
    """Return the members of CreateUserPoolClient, without UserPoolId."""
    # A name can have the stack in front, with a slash.
    return {"ClientName": _NOT_IN_A_NAME.sub("-", part.name), **known_members(part.members)}


def left_out(configuration: PoolConfiguration) -> dict[str, Unknown]:
    """Return the unknown settings, and the app clients whose pool is unknown, by what they are."""
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

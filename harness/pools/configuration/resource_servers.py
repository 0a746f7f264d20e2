"""The resource servers that a pool needs: those of its source, and those of its scopes.

Cognito refuses a scope of an app client that no resource server has (M083). A resource server can
be in another template, so the scopes of the app clients tell it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.pools.configuration.known_members import known_members
from harness.pools.configuration.pool_configuration import PoolConfiguration

__all__ = ["needed_servers", "server_name"]

#: What the service model does not allow in the name of a resource server, such as a slash.
_NOT_IN_A_NAME = re.compile(r"[^\w\s+=,.@-]")
#: ResourceServerNameType of the service model.
_LONGEST_NAME = 256


def needed_servers(configuration: PoolConfiguration) -> list[dict[str, Any]]:
    """Return the members of CreateResourceServer, without UserPoolId, for a pool.

    Args:
        configuration: the pool; what is unknown of it is left out.
    """
    servers = _of_source(configuration)
    for identifier, names in _of_clients(configuration).items():
        server = servers.setdefault(
            identifier, {"Identifier": identifier, "Name": server_name(identifier), "Scopes": []}
        )
        known = {scope["ScopeName"] for scope in server["Scopes"]}
        more = sorted(names - known)
        server["Scopes"] = [*server["Scopes"], *map(_scope, more)]
    return list(servers.values())


def server_name(identifier: str) -> str:
    """Return a name for a resource server, without what no name can have."""
    return _NOT_IN_A_NAME.sub("-", identifier)[:_LONGEST_NAME]


def _of_source(configuration: PoolConfiguration) -> dict[str, dict[str, Any]]:
    found = {}
    for part in configuration.resource_servers:
        members = known_members(part.members)
        identifier = members.get("Identifier")
        if isinstance(identifier, str):
            name = members.get("Name") or server_name(identifier)
            scopes = [one for one in members.get("Scopes") or () if "ScopeName" in one]
            full = [{"ScopeDescription": one["ScopeName"], **one} for one in scopes]
            found[identifier] = {"Identifier": identifier, "Name": name, "Scopes": full}
    return found


def _of_clients(configuration: PoolConfiguration) -> Mapping[str, set[str]]:
    servers: dict[str, set[str]] = {}
    for part in configuration.clients:
        scopes: Iterable[Any] = known_members(part.members).get("AllowedOAuthScopes") or ()
        for scope in scopes:
            identifier, slash, name = str(scope).rpartition("/")
            if slash:
                servers.setdefault(identifier, set()).add(name)
    return servers


def _scope(name: str) -> dict[str, str]:
    return {"ScopeName": name, "ScopeDescription": name}

"""Converts what a source or a service shows of managed login to fields of a specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.known_members import known_members
from harness.pools.configuration.pool_configuration import (
    Part,
    PoolConfiguration,
    SourceLocation,
)
from harness.pools.configuration.resource_servers import needed_servers
from harness.pools.spec.managed_login import ManagedLogin, ResourceServer

__all__ = [
    "OAUTH_MEMBERS",
    "has_unknown_login",
    "login_fields",
    "login_of",
    "version_of",
    "with_login_fields",
]

#: The members of an app client that decide how managed login is used.
OAUTH_MEMBERS = (
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "CallbackURLs",
    "LogoutURLs",
    "SupportedIdentityProviders",
)


def login_fields(configuration: PoolConfiguration, client: Part) -> dict[str, Any]:
    """Return the fields of a specification that are about managed login.

    Args:
        configuration: the pool, with or without Cognito's defaults.
        client: its app client.
    """
    domains = configuration.domains
    servers = needed_servers(configuration)
    return {
        "managed_login": login_of(known_members(client.members), version_of(domains))
        if domains
        else None,
        "resource_servers": tuple(map(_server, servers)),
    }


def login_of(client: Mapping[str, Any], version: int) -> ManagedLogin | None:
    """Return the managed login of an app client of a pool with a domain; ``None`` without OAuth.

    Args:
        client: the members of CreateUserPoolClient.
        version: ManagedLoginVersion of the domain.
    """
    if client.get("AllowedOAuthFlowsUserPoolClient") is not True:
        # Its other settings have no effect (H009).
        return None
    return ManagedLogin(
        callback_urls=_texts(client.get("CallbackURLs")),
        logout_urls=_texts(client.get("LogoutURLs")),
        flows=_texts(client.get("AllowedOAuthFlows")),  # type: ignore[arg-type]
        scopes=_texts(client.get("AllowedOAuthScopes")),
        version=version,
    )


def version_of(domains: Iterable[Part]) -> int:
    """Return the highest version that domains show; where none is known, the classic one."""
    versions = (part.value("ManagedLoginVersion") for part in domains)
    return max((found for found in versions if found in (1, 2)), default=1)


def has_unknown_login(configuration: PoolConfiguration, client: Part) -> bool:
    """Return whether a pool has a domain, or may have, and how it is used is not known."""
    members = {name: client.members.get(name) for name in OAUTH_MEMBERS}
    conditions = [part.condition for part in configuration.domains if part.condition is not None]
    return bool(configuration.domains) and bool(
        conditions or Part("client", client.name, members).unknown()
    )


def with_login_fields(
    configuration: PoolConfiguration, client: str, fields: Mapping[str, Any], place: SourceLocation
) -> PoolConfiguration:
    """Return a configuration with the domain, branding and resource servers of fields.

    Args:
        configuration: a pool whose app client has the fields already.
        client: the name of the app client.
        fields: fields of a specification; others than ``managed_login`` and ``resource_servers``
            change nothing.
        place: what says so, for messages.
    """
    if "managed_login" in fields:
        configuration = _with_login(configuration, client, fields["managed_login"], place)
    if "resource_servers" not in fields:
        return configuration
    servers: Iterable[ResourceServer] = fields["resource_servers"]
    parts = (
        Part("resource_server", server.identifier, server.members(), {"": place})
        for server in servers
    )
    return replace(configuration, resource_servers=tuple(parts))


def _with_login(
    configuration: PoolConfiguration, client: str, login: ManagedLogin | None, place: SourceLocation
) -> PoolConfiguration:
    if login is None:
        return replace(configuration, domains=(), branding=())
    name = f"{client} login"
    domain = Part("domain", name, {"ManagedLoginVersion": login.version}, {"": place})
    branded = [part for part in configuration.branding if part.value("ClientId") != client]
    if login.version == 2:
        # Without branding, the pages of version 2 are only a message (H008).
        branded.append(Part("branding", name, {"ClientId": client}, {"": place}))
    return replace(configuration, domains=(domain,), branding=tuple(branded))


def _texts(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(sorted(values or ()))


def _server(members: Mapping[str, Any]) -> ResourceServer:
    scopes = tuple(sorted(str(one["ScopeName"]) for one in members["Scopes"]))
    return ResourceServer(str(members["Identifier"]), scopes, str(members["Name"]))

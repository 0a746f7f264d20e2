"""Snapshots: configurations in the harness's own JSON format, to be kept with the tests.

A snapshot contains no secrets. For an app client it only says whether there is a secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import NoneType
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
)
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.documents import Document

__all__ = ["read", "recognizes", "render"]

_MARK = "CognitoHarnessSnapshot"
_VERSION = 1
#: The member of a snapshot with the parts of each kind, which older snapshots do not have.
_BESIDE: Mapping[Kind, str] = {
    "domain": "UserPoolDomains",
    "resource_server": "ResourceServers",
    "branding": "ManagedLoginBranding",
}
#: What older snapshots have of a domain.
_CUSTOM_DOMAIN = "CustomDomain"
_MEMBERS = (
    _MARK,
    "Name",
    "UserPool",
    "MfaConfig",
    "UserPoolClients",
    _CUSTOM_DOMAIN,
    *_BESIDE.values(),
)
_OLDER = Unknown("the snapshot was made before snapshots had it")
_UNKNOWN = "Harness::Unknown"


def render(configuration: PoolConfiguration) -> str:
    """Return a configuration as a snapshot; equal configurations give equal texts."""
    clients = {part.name: _plain(part.members) for part in configuration.clients}
    found = {
        _MARK: _VERSION,
        "Name": configuration.name,
        "UserPool": _plain(configuration.pool.members),
        "MfaConfig": _plain(configuration.mfa.members),
        "UserPoolClients": clients,
    }
    for kind, member in _BESIDE.items():
        parts = {part.name: part.members for part in configuration.beside if part.kind == kind}
        hidden = configuration.not_shown.get(kind)
        found[member] = _plain(parts or hidden or {})
    return json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def recognizes(document: Document) -> bool:
    """Return whether a document is a snapshot: it contains the mark of one."""
    return isinstance(document.value, Mapping) and _MARK in document.value


def read(document: Document) -> list[PoolConfiguration]:
    """Return the user pool of a snapshot, as a list with one item.

    Raises:
        ConfigurationError: the version is unknown, or a setting is not valid.
    """
    found: Mapping[str, Any] = document.value
    _require_known(document)
    name = str(found.get("Name", "pool"))
    clients = found.get("UserPoolClients") or {}
    if not isinstance(clients, Mapping):
        raise ConfigurationError("UserPoolClients", given=clients, source=document.name)
    return [
        PoolConfiguration(
            origin=Origin("snapshot", document.name),
            pool=_part(document, "pool", name, found.get("UserPool"), "UserPool"),
            mfa=_part(document, "mfa", name, found.get("MfaConfig"), "MfaConfig"),
            clients=tuple(
                _part(document, "client", client, members, f"UserPoolClients.{client}")
                for client, members in clients.items()
            ),
            domains=_parts(document, "domain") or _older_domain(document),
            resource_servers=_parts(document, "resource_server"),
            branding=_parts(document, "branding"),
            not_shown=_not_shown(found),
        )
    ]


def _parts(document: Document, kind: Kind) -> tuple[Part, ...]:
    member = _BESIDE[kind]
    found = _with_unknown(document.value.get(member) or {})
    if isinstance(found, Unknown):
        return ()
    if not isinstance(found, Mapping):
        raise ConfigurationError(member, given=found, source=document.source(member))
    return tuple(
        _part(document, kind, str(name), members, f"{member}.{name}")
        for name, members in found.items()
    )


def _older_domain(document: Document) -> tuple[Part, ...]:
    """Return the custom domain of a snapshot that has only its name."""
    name = _with_unknown(document.value.get(_CUSTOM_DOMAIN))
    if not isinstance(name, (str, Unknown, NoneType)):
        source = document.source(_CUSTOM_DOMAIN)
        raise ConfigurationError(_CUSTOM_DOMAIN, given=name, source=source)
    members = {"Domain": name, "ManagedLoginVersion": _OLDER, "CustomDomainConfig": _OLDER}
    places = {"": SourceLocation(_CUSTOM_DOMAIN, document.lines.get(_CUSTOM_DOMAIN))}
    shown = name if isinstance(name, str) else "custom domain"
    return () if name is None else (Part("domain", shown, members, places),)


def _not_shown(found: Mapping[str, Any]) -> dict[Kind, Unknown]:
    members = {kind: _with_unknown(found.get(member)) for kind, member in _BESIDE.items()}
    hidden = {kind: _OLDER if value is None else value for kind, value in members.items()}
    return {kind: value for kind, value in hidden.items() if isinstance(value, Unknown)}


def _part(document: Document, kind: Kind, name: str, members: Any, path: str) -> Part:
    part = Part(kind, name, _with_unknown(members or {}), document.places(path))
    return check_members(part, document.name)


def _require_known(document: Document) -> None:
    found = document.value
    # 1.0 and true are equal to 1 in Python, but no snapshot has them.
    if type(found[_MARK]) is not int or found[_MARK] != _VERSION:
        hint = f"this release reads snapshots of version {_VERSION}"
        raise ConfigurationError(_MARK, given=found[_MARK], source=document.name, hint=hint)
    for member in found:
        if member not in _MEMBERS:
            source = document.source(str(member))
            raise ConfigurationError("member", given=member, source=source, allowed=_MEMBERS)


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return {_UNKNOWN: value.reason}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _with_unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {_UNKNOWN}:
            return Unknown(str(value[_UNKNOWN]))
        return {key: _with_unknown(item) for key, item in value.items()}
    return [_with_unknown(item) for item in value] if isinstance(value, list) else value

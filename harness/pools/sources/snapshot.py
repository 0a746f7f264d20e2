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
    Unknown,
)
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.documents import Document

__all__ = ["read", "recognizes", "render"]

_MARK = "CognitoHarnessSnapshot"
_VERSION = 1
_MEMBERS = (_MARK, "Name", "UserPool", "MfaConfig", "UserPoolClients", "CustomDomain")
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
    if configuration.custom_domain is not None:
        found["CustomDomain"] = _plain(configuration.custom_domain)
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
    domain = _with_unknown(found.get("CustomDomain"))
    if not isinstance(domain, (str, Unknown, NoneType)):
        source = document.source("CustomDomain")
        raise ConfigurationError("CustomDomain", given=domain, source=source)
    return [
        PoolConfiguration(
            origin=Origin("snapshot", document.name),
            pool=_part(document, "pool", name, found.get("UserPool"), "UserPool"),
            mfa=_part(document, "mfa", name, found.get("MfaConfig"), "MfaConfig"),
            clients=tuple(
                _part(document, "client", client, members, f"UserPoolClients.{client}")
                for client, members in clients.items()
            ),
            custom_domain=domain,
        )
    ]


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

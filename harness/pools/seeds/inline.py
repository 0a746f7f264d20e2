"""A pool's configuration that is written in the seed file itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.pools.configuration.pool_configuration import Kind, Origin, Part, PoolConfiguration
from harness.pools.configuration.service_members import check_members
from harness.pools.sources.documents import Document

__all__ = ["as_configuration"]

#: A member of CreateUserPool that a template has in the MFA configuration, but a pool without MFA
#: has here.
_MESSAGE = "SmsAuthenticationMessage"


def as_configuration(document: Document, given: Mapping[str, Any], path: str) -> PoolConfiguration:
    """Return a configuration with checked members, so that ``8`` may be written as text.

    Args:
        document: the seed file.
        given: the configuration in it.
        path: its path in the file.

    Raises:
        ConfigurationError: a member is unknown or has a value that is not allowed.
    """
    pool = _object(given.get("UserPool"))
    name = str(pool.get("PoolName") or given.get("Name") or "pool")
    clients = _object(given.get("UserPoolClients"))
    return PoolConfiguration(
        origin=Origin("snapshot", document.name),
        pool=_pool_part(document, name, pool, f"{path}.UserPool"),
        mfa=_part(document, "mfa", name, given.get("MfaConfig"), f"{path}.MfaConfig"),
        clients=tuple(
            _part(document, "client", str(client), members, f"{path}.UserPoolClients.{client}")
            for client, members in clients.items()
        ),
    )


def _object(value: Any) -> dict[str, Any]:
    """Return an object; anything else is refused where the whole document is checked."""
    return value if isinstance(value, dict) else {}


def _part(document: Document, kind: Kind, name: str, members: Any, path: str) -> Part:
    part = Part(kind, name, _object(members), document.places(path))
    return check_members(part, document.name)


def _pool_part(document: Document, name: str, members: dict[str, Any], path: str) -> Part:
    message = {key: value for key, value in members.items() if key == _MESSAGE}
    rest = {key: value for key, value in members.items() if key != _MESSAGE}
    part = _part(document, "pool", name, rest, path)
    return Part("pool", name, {**part.members, **message}, part.places)

"""The members of a configuration without those whose value only a deployment knows.

Where Cognito requires an ARN, a made-up one is used, because the resource does not exist here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["known_configuration", "known_members", "known_mfa"]

_STAND_IN = "arn:aws:iam::123456789012:role/stand-in"
#: The members without which an item of a list means nothing.
_NAMING = ("Name", "Priority")
_FACTORS = ("EmailMfaConfiguration", "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration")
_NOTHING = Unknown("nothing of it is known")


def known_configuration(configuration: PoolConfiguration) -> PoolConfiguration:
    """Return the configuration of a pool that is made without the unknown settings."""
    return replace(
        configuration,
        pool=_known_part(configuration.pool),
        mfa=replace(configuration.mfa, members=known_mfa(configuration.mfa)),
        clients=tuple(_known_part(client) for client in configuration.clients),
        domains=tuple(_known_part(domain) for domain in configuration.domains),
        resource_servers=tuple(_known_part(server) for server in configuration.resource_servers),
    )


def known_mfa(mfa: Part) -> dict[str, Any]:
    """Return the members of SetUserPoolMfaConfig without what is unknown in them.

    If that leaves no second factor, it leaves MFA off: Cognito refuses ON without one.
    """
    members = known_members(mfa.members)
    if mfa.unknown() and not any(factor in members for factor in _FACTORS):
        members.pop("MfaConfiguration", None)
    return members


def known_members(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members without what is unknown in them.

    A structure or list of which nothing is known is left out.
    """
    found = {name: _known(item, name, "") for name, item in members.items()}
    return {name: item for name, item in found.items() if not isinstance(item, Unknown)}


def _known_part(part: Part) -> Part:
    return replace(part, members=known_members(part.members))


def _known(value: Any, name: str, inside: str) -> Any:
    """Return what is known of a value, or an ``Unknown``."""
    if isinstance(value, Unknown):
        # A trigger is one of the run's own handlers or absent, so it needs no ARN.
        return _STAND_IN if name.endswith("Arn") and inside != "LambdaConfig" else value
    if isinstance(value, Mapping):
        items = {key: _known(item, key, name) for key, item in value.items()}
        known = {key: item for key, item in items.items() if not isinstance(item, Unknown)}
        return _NOTHING if value and not known else known
    if isinstance(value, list):
        known_items = [
            item
            for item in (_known(one, name, inside) for one in value if _is_named(one))
            if not isinstance(item, Unknown)
        ]
        return _NOTHING if value and not known_items else known_items
    return value


def _is_named(item: Any) -> bool:
    """Return whether an item of a list is known enough to be one."""
    names = [item.get(name) for name in _NAMING] if isinstance(item, Mapping) else []
    return not any(isinstance(name, Unknown) for name in names)

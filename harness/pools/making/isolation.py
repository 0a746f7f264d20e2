"""Cuts the connections of a pool that a run creates in a real account.

A snapshot or a live pool names real functions, senders and roles. A pool created from it would call
those functions for made-up people, and send emails and messages from those senders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["isolated"]

_LEFT_OUT = Unknown("not copied: a run must not use the functions and senders of another pool")
_CONNECTIONS = ("AnalyticsConfiguration", "LambdaConfig", "SmsConfiguration")


def isolated(configuration: PoolConfiguration) -> PoolConfiguration:
    """Return the configuration without triggers, analytics, and the developer's own senders.

    These settings become unknown, so that they are reported as left out when the pool is created.
    """
    pool, mfa = _isolated(configuration.pool), _isolated(configuration.mfa)
    clients = tuple(_isolated(part) for part in configuration.clients)
    return replace(configuration, pool=pool, mfa=mfa, clients=clients)


def _isolated(part: Part) -> Part:
    return replace(part, members=_without(part.members))


def _without(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _LEFT_OUT if _connects(name, value) else _inside(value)
        for name, value in members.items()
    }


def _inside(value: Any) -> Any:
    return _without(value) if isinstance(value, Mapping) else value


def _connects(name: str, value: Any) -> bool:
    if name == "EmailConfiguration" and isinstance(value, Mapping):
        # Without SES, Cognito sends from its own address.
        sender = value.get("EmailSendingAccount", "COGNITO_DEFAULT")
        return sender != "COGNITO_DEFAULT" or "SourceArn" in value
    return name in _CONNECTIONS and bool(value)

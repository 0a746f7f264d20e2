"""What a pool of a run leaves out on a real account: everything by which it would reach others.

A snapshot or a live pool names functions, senders and roles that are somebody's. A pool that is
made of it for a run would call those functions for made-up people, and send them letters and
messages in that somebody's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.pools.configuration.pool_configuration import Part, PoolConfiguration, Unknown

__all__ = ["isolated"]

_LEFT_OUT = Unknown("not taken over: a run reaches nobody else's functions and senders")
_CONNECTIONS = ("AnalyticsConfiguration", "LambdaConfig", "SmsConfiguration")


def isolated(configuration: PoolConfiguration) -> PoolConfiguration:
    """Return the same pool without triggers, analytics, and senders of the developer's own.

    What is left out is unknown in the result, so that whoever makes the pool tells it.
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
        # Without SES Cognito writes in its own name, and needs nothing of it.
        sender = value.get("EmailSendingAccount", "COGNITO_DEFAULT")
        return sender != "COGNITO_DEFAULT" or "SourceArn" in value
    return name in _CONNECTIONS and bool(value)

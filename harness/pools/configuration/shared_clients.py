"""Tells from a second configuration which app clients of unknown pools belong to the pool."""

from __future__ import annotations

from harness.pools.configuration.pool_configuration import PoolConfiguration

__all__ = ["with_shared_clients"]


def with_shared_clients(
    configuration: PoolConfiguration, other: PoolConfiguration
) -> PoolConfiguration:
    """Return a configuration with those app clients that the other one has in the same pool.

    An app client of a template can have an unknown pool. If the deployed pool has an app client of
    its name, they are compared like any two, and the app client is not taken for an additional one.

    Args:
        configuration: the configuration whose app clients can be of unknown pools.
        other: another configuration of the same pool.
    """
    names = {name for part in other.clients for name in (part.name, part.value("ClientName"))}
    for one in configuration.unassigned:
        name = one.client_name or one.name
        if name in names and not _has(configuration, name) and _is_alone(configuration, name):
            configuration = configuration.with_client(one.name)
    return configuration


def _has(configuration: PoolConfiguration, name: str) -> bool:
    return any(name in (part.name, part.value("ClientName")) for part in configuration.clients)


def _is_alone(configuration: PoolConfiguration, name: str) -> bool:
    """Return whether only one app client of an unknown pool has this name."""
    return sum((one.client_name or one.name) == name for one in configuration.unassigned) == 1

"""Tells to which user pool each app client of a set of templates belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources.references import PoolElsewhere, PoolKey, References
from harness.pools.sources.stacks import POOL_CLIENT, Stack

__all__ = ["AssignedClients", "TemplateClient", "qualified", "setting_or_none"]


@dataclass(frozen=True)
class TemplateClient:
    """An app client of a template.

    Attributes:
        stack: its stack.
        name: its logical id.
        pool: its pool.
    """

    stack: Stack = field(repr=False)
    name: str
    pool: PoolKey | PoolElsewhere | Unknown


class AssignedClients:
    """The app clients of stacks that are deployed together, by their pools.

    Args:
        references: the stacks, and what their references mean.

    Attributes:
        references: the same.
    """

    def __init__(self, references: References) -> None:
        self.references = references
        self._clients = list(_clients(references))

    def of_pool(self, key: PoolKey) -> list[tuple[str, TemplateClient]]:
        """Return the app clients of a pool, each with the name that tells it apart."""
        own = [client for client in self._clients if client.pool == key]
        return [(self.name_of(client, key), client) for client in own]

    def of_no_pool(self) -> list[TemplateClient]:
        """Return the app clients whose pool only a deployment knows."""
        return [client for client in self._clients if isinstance(client.pool, Unknown)]

    def name_of(self, client: TemplateClient, key: PoolKey) -> str:
        """Return the logical id, with the stack if another app client of the pool has the same."""
        names = [
            one.name for one in self._clients if one.pool == key or isinstance(one.pool, Unknown)
        ]
        unique = names.count(client.name) == 1
        return client.name if unique else qualified(client.stack.name, client.name)


def qualified(stack: str, name: str) -> str:
    """Return a logical id with its stack in front of it, if the stack has a name."""
    return f"{stack}/{name}" if stack else name


def setting_or_none(stack: Stack, resource: str, setting: str) -> str | None:
    """Return a text that a resource sets; ``None`` if it is unknown or not valid."""
    properties = stack.resource(resource).get("Properties")
    if not isinstance(properties, Mapping):
        return None
    path = f"Resources.{resource}.Properties.{setting}"
    try:
        found = stack.functions.value(properties.get(setting), path)
    except ConfigurationError:
        return None
    return found if isinstance(found, str) else None


def _clients(references: References) -> Iterator[TemplateClient]:
    for stack in references.stacks:
        for name in stack.of_type(POOL_CLIENT):
            properties = stack.resource(name).get("Properties")
            pool_id = properties.get("UserPoolId") if isinstance(properties, Mapping) else None
            path = f"Resources.{name}.Properties.UserPoolId"
            yield TemplateClient(stack, name, references.pool_of(stack, pool_id, path))

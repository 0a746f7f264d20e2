"""The user pools and app clients of the page, and which pool it opens on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.emulator.control.page.secrets import client_secret

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool, UserPoolClient
    from harness.emulator.engine import Engine

#: How many pools the page offers: the newest ones.
POOLS = 50
#: How many app clients of a pool it shows.
CLIENTS = 20


@dataclass(frozen=True)
class PoolRow:
    """A pool in the list of pools."""

    pool_id: str
    name: str
    account: str
    region: str
    mfa: str
    users: int
    clients: int


@dataclass(frozen=True)
class ClientRow:
    """An app client; ``secret`` is the name of its secret, if it has one."""

    client_id: str
    name: str
    flows: str
    secret: str | None


def pool_rows(engine: Engine, chosen: Pool | None) -> list[PoolRow]:
    """Return the newest pools, newest first, and the chosen one if it is older."""
    newest = list(engine.pools.values())[: -POOLS - 1 : -1]
    if chosen is not None and chosen not in newest:
        newest.append(chosen)
    return [_pool_row(pool) for pool in newest]


def _pool_row(pool: Pool) -> PoolRow:
    counts = len(pool.users), len(pool.clients)
    return PoolRow(pool.pool_id, pool.name, pool.account, pool.region, pool.mfa.mode, *counts)


def chosen_pool(engine: Engine, pool_id: str) -> Pool | None:
    """Return the pool of an id; otherwise the newest pool with users, or the newest of all."""
    pools = list(engine.pools.values())[::-1]
    with_users = next((pool for pool in pools if len(pool.users)), None)
    return engine.pools.get(pool_id) or with_users or next(iter(pools), None)


def client_rows(pool: Pool) -> list[ClientRow]:
    """Return the first app clients of a pool."""
    return [_client_row(client) for client in list(pool.clients.values())[:CLIENTS]]


def _client_row(client: UserPoolClient) -> ClientRow:
    flows = sorted(flow.removeprefix("ALLOW_") for flow in client.auth_flows)
    name = str(client.settings.get("ClientName", ""))
    secret = client_secret(client.client_id) if client.is_confidential else None
    return ClientRow(client.client_id, name, ", ".join(flows), secret)

"""CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, Delete and List."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.pools import AppClient
from harness.emulator.rules.client_settings import client_settings_from, describe_client
from harness.emulator.stores.pages import page_of

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine, Handler, Request

#: App clients of one pool, at most (A292).
MOST_CLIENTS = 1_000


def create_user_pool_client(engine: Engine, request: Request) -> dict[str, Any]:
    """Make an app client, with a secret if one is asked for or brought along."""
    pool = engine.pool(request)
    with pool.lock:
        if len(pool.clients) >= MOST_CLIENTS:
            raise refusals.limit_exceeded()
        settings = client_settings_from(pool, copy.deepcopy(request.params))
        now = engine.clock.time()
        client_id = _new_client_id(engine)
        client = AppClient(pool, client_id, _secret(engine, request), settings, now, now)
        pool.clients[client_id] = engine.clients[client_id] = client
        return _described(client)


def _new_client_id(engine: Engine) -> str:
    while True:
        client_id = engine.random.client_id()
        if client_id not in engine.clients:
            return client_id


def _secret(engine: Engine, request: Request) -> str | None:
    secret: str | None = request.params.get("ClientSecret")
    if secret is None and request.params.get("GenerateSecret"):
        return engine.random.client_secret()
    return secret


def _described(client: AppClient) -> dict[str, Any]:
    return {"UserPoolClient": copy.deepcopy(describe_client(client))}


def _pool_and_client(engine: Engine, request: Request) -> tuple[Pool, AppClient]:
    pool = engine.pool(request)
    return pool, engine.client_of(pool, request.params["ClientId"])


def describe_user_pool_client(engine: Engine, request: Request) -> dict[str, Any]:
    """Show an app client's configuration, its secret included."""
    pool, client = _pool_and_client(engine, request)
    with pool.lock:
        return _described(client)


def update_user_pool_client(engine: Engine, request: Request) -> dict[str, Any]:
    """Replace an app client's configuration: what the request omits goes back to its default."""
    pool, client = _pool_and_client(engine, request)
    with pool.lock:
        name = client.settings["ClientName"]
        params = {"ClientName": name, **copy.deepcopy(request.params)}
        client.settings = client_settings_from(pool, params)
        client.modified = engine.clock.time()
        return _described(client)


def delete_user_pool_client(engine: Engine, request: Request) -> dict[str, Any]:
    """Delete an app client."""
    pool, client = _pool_and_client(engine, request)
    with pool.lock:
        pool.clients.pop(client.client_id, None)
        engine.clients.pop(client.client_id, None)
    return {}


def list_user_pool_clients(engine: Engine, request: Request) -> dict[str, Any]:
    """List a pool's app clients, by name and id only."""
    pool = engine.pool(request)
    with pool.lock:
        page, following = page_of(
            engine,
            ("ListUserPoolClients", pool.pool_id),
            list(pool.clients.values()),
            request.params.get("NextToken"),
            request.params.get("MaxResults", 60),
        )
        answer: dict[str, Any] = {"UserPoolClients": [_summary(client) for client in page]}
    if following is not None:
        answer["NextToken"] = following
    return answer


def _summary(client: AppClient) -> dict[str, Any]:
    return {
        "ClientId": client.client_id,
        "UserPoolId": client.pool.pool_id,
        "ClientName": client.settings["ClientName"],
    }


OPERATIONS: dict[str, Handler] = {
    "CreateUserPoolClient": create_user_pool_client,
    "DescribeUserPoolClient": describe_user_pool_client,
    "UpdateUserPoolClient": update_user_pool_client,
    "DeleteUserPoolClient": delete_user_pool_client,
    "ListUserPoolClients": list_user_pool_clients,
}

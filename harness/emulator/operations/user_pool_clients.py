"""The operations on app clients."""

from __future__ import annotations

import copy
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.rules.client_settings import client_settings_from, describe_client
from harness.emulator.rules.paging import page_of
from harness.emulator.service import Handler, Service

#: The most app clients that a pool may have (A292).
MOST_CLIENTS = 1_000


def create_user_pool_client(service: Service, request: Request) -> dict[str, Any]:
    """Create an app client, with a generated or given secret if the request asks for one."""
    pool = service.pool(request)
    with pool.lock:
        if len(pool.clients) >= MOST_CLIENTS:
            raise refusals.limit_exceeded()
        confidential = bool({"GenerateSecret", "ClientSecret"} & _set(request.params))
        params = copy.deepcopy(request.params)
        settings = client_settings_from(pool, params, has_secret=confidential)
        now = service.clock.time()
        client_id = _new_client_id(service)
        client = UserPoolClient(pool, client_id, _secret(service, request), settings, now, now)
        pool.clients[client_id] = service.clients[client_id] = client
        return _described(client)


def _set(params: dict[str, Any]) -> set[str]:
    return {name for name, value in params.items() if value}


def _new_client_id(service: Service) -> str:
    while True:
        client_id = service.random.client_id()
        if client_id not in service.clients:
            return client_id


def _secret(service: Service, request: Request) -> str | None:
    """Return the secret of a new client; it is either given or made up, not both."""
    secret: str | None = request.params.get("ClientSecret")
    if not request.params.get("GenerateSecret"):
        return secret
    if secret is not None:
        raise refusals.client_secret_given_and_generated()
    return service.random.client_secret()


def _described(client: UserPoolClient) -> dict[str, Any]:
    return {"UserPoolClient": copy.deepcopy(describe_client(client))}


def _pool_and_client(service: Service, request: Request) -> tuple[Pool, UserPoolClient]:
    pool = service.pool(request)
    return pool, service.client_of(pool, request.params["ClientId"])


def describe_user_pool_client(service: Service, request: Request) -> dict[str, Any]:
    """Show an app client's configuration, including its secret."""
    pool, client = _pool_and_client(service, request)
    with pool.lock:
        return _described(client)


def update_user_pool_client(service: Service, request: Request) -> dict[str, Any]:
    """Replace an app client's configuration; what the request omits gets its default.

    Only the name and TokenValidityUnits stay (M082).
    """
    pool, client = _pool_and_client(service, request)
    with pool.lock:
        stay = ("ClientName", "TokenValidityUnits")
        kept = {name: client.settings[name] for name in stay if name in client.settings}
        params = {**kept, **copy.deepcopy(request.params)}
        client.settings = client_settings_from(pool, params, has_secret=client.is_confidential)
        client.modified = service.clock.time()
        return _described(client)


def delete_user_pool_client(service: Service, request: Request) -> dict[str, Any]:
    """Delete an app client."""
    pool, client = _pool_and_client(service, request)
    with pool.lock:
        pool.clients.pop(client.client_id, None)
        pool.branded_clients.pop(client.client_id, None)
        service.clients.pop(client.client_id, None)
    return {}


def list_user_pool_clients(service: Service, request: Request) -> dict[str, Any]:
    """List a pool's app clients, with name and id only."""
    pool = service.pool(request)
    with pool.lock:
        page, following = page_of(
            service,
            ("ListUserPoolClients", pool.pool_id),
            list(pool.clients.values()),
            request.params.get("NextToken"),
            request.params.get("MaxResults", 60),
        )
        result: dict[str, Any] = {"UserPoolClients": [_summary(client) for client in page]}
    if following is not None:
        result["NextToken"] = following
    return result


def _summary(client: UserPoolClient) -> dict[str, Any]:
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

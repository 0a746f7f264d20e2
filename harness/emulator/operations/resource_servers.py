"""The operations on resource servers, whose scopes app clients may have (M083, M084)."""

from __future__ import annotations

import copy
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.rules.paging import page_of
from harness.emulator.service import Handler, Service

#: The most resource servers of a pool:
#: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
MOST_RESOURCE_SERVERS = 25


def create_resource_server(service: Service, request: Request) -> dict[str, Any]:
    """Create a resource server; its scopes are then known to the pool's app clients."""
    pool, identifier = service.pool(request), request.params["Identifier"]
    with pool.lock:
        if identifier in pool.resource_servers:
            raise refusals.resource_server_exists(identifier, pool.pool_id)
        if len(pool.resource_servers) >= MOST_RESOURCE_SERVERS:
            raise refusals.limit_exceeded()
        pool.resource_servers[identifier] = _settings(request)
        return _described(pool, identifier)


def describe_resource_server(service: Service, request: Request) -> dict[str, Any]:
    """Show a resource server."""
    pool = service.pool(request)
    with pool.lock:
        return _described(pool, _existing(pool, request))


def update_resource_server(service: Service, request: Request) -> dict[str, Any]:
    """Replace the name and the scopes of a resource server."""
    pool = service.pool(request)
    with pool.lock:
        identifier = _existing(pool, request)
        pool.resource_servers[identifier] = _settings(request)
        return _described(pool, identifier)


def delete_resource_server(service: Service, request: Request) -> dict[str, Any]:
    """Delete a resource server; app clients keep the scopes that they have."""
    pool = service.pool(request)
    with pool.lock:
        del pool.resource_servers[_existing(pool, request)]
    return {}


def list_resource_servers(service: Service, request: Request) -> dict[str, Any]:
    """List the resource servers of a pool."""
    pool = service.pool(request)
    with pool.lock:
        page, following = page_of(
            service,
            ("ListResourceServers", pool.pool_id),
            list(pool.resource_servers),
            request.params.get("NextToken"),
            request.params.get("MaxResults") or 50,
        )
        shown = [_described(pool, identifier)["ResourceServer"] for identifier in page]
    return {"ResourceServers": shown, **({"NextToken": following} if following else {})}


def _settings(request: Request) -> dict[str, Any]:
    """Return Name, and Scopes if the request has them."""
    names = ("Name", "Scopes")
    return {name: copy.deepcopy(request.params[name]) for name in names if name in request.params}


def _existing(pool: Pool, request: Request) -> str:
    """Return the identifier of the request.

    Raises:
        Refusal: ResourceNotFoundException, if the pool has no such resource server.
    """
    identifier: str = request.params["Identifier"]
    if identifier not in pool.resource_servers:
        raise refusals.resource_server_not_found(identifier)
    return identifier


def _described(pool: Pool, identifier: str) -> dict[str, Any]:
    settings = copy.deepcopy(pool.resource_servers[identifier])
    return {"ResourceServer": {"UserPoolId": pool.pool_id, "Identifier": identifier, **settings}}


OPERATIONS: dict[str, Handler] = {
    "CreateResourceServer": create_resource_server,
    "DescribeResourceServer": describe_resource_server,
    "UpdateResourceServer": update_resource_server,
    "DeleteResourceServer": delete_resource_server,
    "ListResourceServers": list_resource_servers,
}

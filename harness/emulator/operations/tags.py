"""TagResource, UntagResource and ListTagsForResource; the resources are user pools."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.service import Handler, Service


def _pool_of_arn(service: Service, request: Request) -> Pool:
    """Return the caller's pool that the ARN names."""
    arn = request.params["ResourceArn"]
    pool_id = arn.rpartition("/")[2]
    pool = service.pools.get(pool_id)
    if pool is None or pool.arn != arn:
        raise refusals.pool_not_found(pool_id)
    if (pool.account, pool.region) != (request.caller.account, request.caller.region):
        raise refusals.pool_not_found(pool_id)
    return pool


def tag_resource(service: Service, request: Request) -> dict[str, Any]:
    """Set tags of a pool; its other tags stay."""
    pool = _pool_of_arn(service, request)
    with pool.lock:
        pool.settings["UserPoolTags"] = {**_tags(pool), **request.params["Tags"]}
    return {}


def untag_resource(service: Service, request: Request) -> dict[str, Any]:
    """Remove tags of a pool; keys that it does not have are ignored."""
    pool = _pool_of_arn(service, request)
    removed = set(request.params["TagKeys"])
    with pool.lock:
        kept = {key: value for key, value in _tags(pool).items() if key not in removed}
        pool.settings["UserPoolTags"] = kept
    return {}


def list_tags_for_resource(service: Service, request: Request) -> dict[str, Any]:
    """Show a pool's tags."""
    pool = _pool_of_arn(service, request)
    with pool.lock:
        return {"Tags": _tags(pool)}


def _tags(pool: Pool) -> dict[str, str]:
    return dict(pool.settings["UserPoolTags"])


OPERATIONS: dict[str, Handler] = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}

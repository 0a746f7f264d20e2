"""The operations on user pools, including AddCustomAttributes."""

from __future__ import annotations

import copy
import string
from collections.abc import Mapping
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.directory import UserDirectory
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.schema import Schema
from harness.emulator.domain.signing import SigningKeys
from harness.emulator.rules.paging import page_of
from harness.emulator.rules.pool_mfa import mfa_at_creation, mfa_at_update
from harness.emulator.rules.pool_settings import (
    describe,
    settings_at_creation,
    settings_at_update,
)
from harness.emulator.service import Handler, Service


def create_user_pool(service: Service, request: Request) -> dict[str, Any]:
    """Create a pool; its signing keys are generated with the first token."""
    params = copy.deepcopy(request.params)
    settings = settings_at_creation(params)
    mfa = mfa_at_creation(settings, params.get("MfaConfiguration", "OFF"))
    now = service.clock.time()
    caller = request.caller
    pool = Pool(
        pool_id=_new_pool_id(service, caller.region),
        name=params["PoolName"],
        account=caller.account,
        region=caller.region,
        partition=caller.partition,
        settings=settings,
        schema=Schema(params.get("Schema") or ()),
        users=UserDirectory(case_sensitive=_case_sensitive(settings)),
        keys=SigningKeys(),
        device_group_key=_new_device_group_key(service),
        created=now,
        modified=now,
        mfa=mfa,
    )
    service.add_pool(pool)
    return {"UserPool": describe(pool)}


def _new_pool_id(service: Service, region: str) -> str:
    while True:
        pool_id = f"{region}_{service.random.pool_suffix()}"
        if pool_id not in service.pools:
            return pool_id


def _new_device_group_key(service: Service) -> str:
    """Return the key for the devices of a pool: ``-`` and eight letters or digits (D061)."""
    return "-" + service.random.characters(8, string.ascii_letters + string.digits)


def _case_sensitive(settings: Mapping[str, Any]) -> bool:
    """Return UsernameConfiguration.CaseSensitive, which is true by default (A023)."""
    configuration = settings.get("UsernameConfiguration") or {}
    return bool(configuration.get("CaseSensitive", True))


def describe_user_pool(service: Service, request: Request) -> dict[str, Any]:
    """Show a pool's configuration."""
    pool = service.pool(request)
    with pool.lock:
        return {"UserPool": copy.deepcopy(describe(pool))}


def update_user_pool(service: Service, request: Request) -> dict[str, Any]:
    """Change a pool's configuration; what the request omits is kept or reset (N012, N013)."""
    pool = service.pool(request)
    with pool.lock:
        params = copy.deepcopy(request.params)
        settings = settings_at_update(pool.settings, params)
        mfa = mfa_at_update(pool, settings, params.get("MfaConfiguration"))
        pool.settings, pool.mfa = settings, mfa
        pool.name = params.get("PoolName", pool.name)
        pool.modified = service.clock.time()
    return {}


def delete_user_pool(service: Service, request: Request) -> dict[str, Any]:
    """Delete a pool, unless it is protected or has a domain (H005)."""
    pool = service.pool(request)
    with pool.lock:
        if pool.settings["DeletionProtection"] == "ACTIVE":
            raise refusals.deletion_protected()
        if pool.domains:
            raise refusals.pool_has_domain()
        service.remove_pool(pool)
    return {}


def list_user_pools(service: Service, request: Request) -> dict[str, Any]:
    """List the caller's pools, without their configuration."""
    caller = (request.caller.account, request.caller.region)
    own_pools = [
        pool for pool in list(service.pools.values()) if (pool.account, pool.region) == caller
    ]
    page, following = page_of(
        service,
        ("ListUserPools", *caller),
        own_pools,
        request.params.get("NextToken"),
        request.params["MaxResults"],
    )
    result: dict[str, Any] = {"UserPools": [_summary(pool) for pool in page]}
    if following is not None:
        result["NextToken"] = following
    return result


def _summary(pool: Pool) -> dict[str, Any]:
    return {
        "Id": pool.pool_id,
        "Name": pool.name,
        "LambdaConfig": pool.settings["LambdaConfig"],
        "CreationDate": pool.created,
        "LastModifiedDate": pool.modified,
    }


def add_custom_attributes(service: Service, request: Request) -> dict[str, Any]:
    """Add custom attributes to a pool's schema."""
    pool = service.pool(request)
    with pool.lock:
        pool.schema.add_custom(request.params["CustomAttributes"])
        pool.modified = service.clock.time()
    return {}


OPERATIONS: dict[str, Handler] = {
    "CreateUserPool": create_user_pool,
    "DescribeUserPool": describe_user_pool,
    "UpdateUserPool": update_user_pool,
    "DeleteUserPool": delete_user_pool,
    "ListUserPools": list_user_pools,
    "AddCustomAttributes": add_custom_attributes,
}

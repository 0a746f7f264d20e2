"""The existing pool of the tests of load runs, where load options name a pool of the user's own.

Every flow works in it, and nothing in it was made by a load run.
"""

from __future__ import annotations

from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import offline_client

__all__ = ["existing_pool", "users_in"]

_REGION = "us-east-1"


def existing_pool(served: EmulatorServer) -> ProvisionedPool:
    """Make the pool on a served emulator."""
    spec = PoolSpec(mfa="OPTIONAL", device_tracking=DeviceTracking(), auto_verified=())
    client = offline_client(_REGION, served.url)
    return provision(client, spec, name_prefix="existing-", tags={})


def users_in(served: EmulatorServer, pool: ProvisionedPool) -> int:
    """Return how many users a pool has."""
    client = offline_client(_REGION, served.url)
    pages = client.get_paginator("list_users").paginate(UserPoolId=pool.user_pool_id)
    return sum(len(page["Users"]) for page in pages)

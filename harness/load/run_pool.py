"""The user pool of a load run that names no existing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.load.record import LoadRecord
from harness.pools.making.journal import Journal
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["LOAD_POOL", "make_pool"]

#: Every flow of a load run works in it: with a password alone, with a TOTP code, and with a
#: remembered device in its place. It verifies no addresses, so that it sends no messages: Cognito's
#: own sender would stop after 50 a day.
LOAD_POOL = PoolSpec(
    name="load", mfa="OPTIONAL", device_tracking=DeviceTracking(), auto_verified=()
)


def make_pool(
    client: CognitoIdentityProviderClient,
    record: LoadRecord,
    journal: Journal,
    *,
    owner: str,
    now: float,
) -> ProvisionedPool:
    """Make the pool of a load run, with an app client without a secret.

    Args:
        client: a boto3 client with an administrator's credentials.
        record: the run, whose name the pool gets.
        journal: records the pool before it is made.
        owner: who makes it, for its tags.
        now: the current time in epoch seconds, for the tag with the expiry.

    Raises:
        ClientError: Cognito refused a call; nothing is left.
    """
    tags = record.tags(owner, now)
    return provision(client, LOAD_POOL, name_prefix=record.namespace, tags=tags, journal=journal)

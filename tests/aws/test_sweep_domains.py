"""Sweeping a pool of a run with its domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.pools.making.domains import domain_name
from harness.pools.making.ownership import Ownership
from harness.pools.making.sweep import Leftover, Sweep, SweepScope
from harness.targets.clients import AwsClients

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NAME = "cognito-harness-abc123-main-1-pool"
EXPIRED = Ownership("ada", "old111", 1_000_000_000)


@pytest.fixture
def client(clients: AwsClients) -> CognitoIdentityProviderClient:
    """An administrator's client."""
    return clients.cognito(signed=True)


def swept(client: CognitoIdentityProviderClient) -> list[tuple[Leftover, str | None]]:
    """Delete what is left, and return each item with the reason why it stays."""
    sweep = Sweep(client, SweepScope("", "", ""), [], now=2_000_000_000.0)
    return list(sweep.remove(sweep.find()))


def left(client: CognitoIdentityProviderClient) -> list[str]:
    """Return the ids of all pools."""
    return [pool["Id"] for pool in client.list_user_pools(MaxResults=60)["UserPools"]]


def make_pool(client: CognitoIdentityProviderClient, domain: str | None) -> str:
    """Make an expired pool with a domain, by default with that of a run, and return its id."""
    made = client.create_user_pool(PoolName=NAME, UserPoolTags=EXPIRED.tags())
    pool_id: str = made["UserPool"]["Id"]
    name = domain or domain_name(NAME, pool_id)
    client.create_user_pool_domain(UserPoolId=pool_id, Domain=name)
    return pool_id


def test_domain_is_swept_with_its_pool(client: CognitoIdentityProviderClient) -> None:
    """The domain of a pool of a run is named, and deleted before the pool."""
    pool_id = make_pool(client, None)
    domain = domain_name(NAME, pool_id)
    ((leftover, reason),) = swept(client)
    assert reason is None
    assert f"({pool_id}) with the domain {domain}" in str(leftover)
    assert left(client) == []
    assert not client.describe_user_pool_domain(Domain=domain)["DomainDescription"]


def test_pool_with_a_domain_of_somebody_else_stays(client: CognitoIdentityProviderClient) -> None:
    """A pool of a run whose domain no run has made is reported each time, and never deleted."""
    pool_id = make_pool(client, "shop-login")
    for _ in range(2):
        ((_, reason),) = swept(client)
        assert reason is not None
        assert "it has the domain shop-login, which no run has made" in reason
    assert left(client) == [pool_id]

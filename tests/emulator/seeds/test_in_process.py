"""Seeds without a server: `Emulator.seed`, with moto's mock and with a client of its own."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from harness.emulator import Emulator, install, uninstall
from harness.errors import ConfigurationError
from tests.emulator.seeds.documents import CLIENT_ID, PASSWORD, POOL_ID, changed, shop


def client(region: str = "us-east-1") -> Any:
    """Return a boto3 client with made-up credentials."""
    return boto3.client(
        "cognito-idp",
        region_name=region,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
    )


def challenge(found: Any) -> str:
    """Start alice's sign-in and return the challenge."""
    names = {"USERNAME": "alice", "PASSWORD": PASSWORD}
    response = found.initiate_auth(
        ClientId=CLIENT_ID, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=names
    )
    return str(response["ChallengeName"])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3"])
def test_clients_under_the_mock_have_the_pool(region: str) -> None:
    """In a region that no client has used, too, a seeded pool answers."""
    document = changed("id", f"{region}_Shop12345")
    del document["pools"][0]["users"][0]["devices"]
    with Emulator() as emulator:
        report = emulator.seed({"document": document})
        assert report.made == (f"{region}_Shop12345",)
        found = client(region)
        assert challenge(found) == "SOFTWARE_TOKEN_MFA"
        pools = found.list_user_pools(MaxResults=5)["UserPools"]
        assert [pool["Id"] for pool in pools] == [f"{region}_Shop12345"]
        assert emulator.export(secrets=True) == document


def test_an_attached_client_has_the_pool() -> None:
    """A client that the emulator answers alone needs no mock."""
    emulator, found = Emulator(mock=False), client()
    emulator.attach(found)
    emulator.seed({"document": shop()})
    assert challenge(found) == "SOFTWARE_TOKEN_MFA"
    emulator.seed({"document": shop()}, keep=True)
    assert emulator.export() != shop()


def test_an_installed_emulator_is_seeded_inside_each_mock() -> None:
    """A mock that starts anew deletes all pools; the seed makes them again."""
    emulator = install()
    try:
        for _ in range(2):
            with mock_aws():
                assert not client().list_user_pools(MaxResults=1)["UserPools"]
                emulator.seed({"document": shop()})
                assert challenge(client()) == "SOFTWARE_TOKEN_MFA"
    finally:
        uninstall()


def test_a_mistake_is_a_configuration_error() -> None:
    """In process, too, a mistake is one line, and nothing is there."""
    emulator = Emulator(mock=False)
    with pytest.raises(ConfigurationError, match=r"pools\[0\].id: cannot use 'x'"):
        emulator.seed({"document": changed("id", "x")})
    assert POOL_ID not in emulator.engine.pools

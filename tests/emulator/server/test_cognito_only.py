"""A server of Cognito alone, in a process whose tests use moto: neither notices the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws

from harness.emulator import Emulator
from harness.emulator.moto_backend.models import is_installed
from harness.emulator.server import EmulatorServer
from harness.targets.clients import offline_client, offline_client_of


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A server of Cognito alone."""
    with EmulatorServer(cognito_only=True) as running:
        yield running


def pools(client: Any) -> list[str]:
    """Return the names of the pools that a client sees."""
    return [found["Name"] for found in client.list_user_pools(MaxResults=5)["UserPools"]]


def test_moto_stays_as_it_is(server: EmulatorServer) -> None:
    """moto's mock has its own Cognito, before, during and after a call that needs moto to read."""
    served = offline_client("us-east-1", server.url)
    before = is_installed(), requests.Session.send
    with mock_aws():
        motos = boto3.client("cognito-idp", region_name="us-east-1")
        motos.create_user_pool(PoolName="of-moto")
        served.create_user_pool(PoolName="served")
        with server.emulator.engine.fast_path.closed():
            assert pools(served) == ["served"]
        assert pools(motos) == ["of-moto"]
    assert (is_installed(), requests.Session.send) == before


def test_what_moto_would_answer_is_refused(server: EmulatorServer) -> None:
    """Other services are not there, and the response says so."""
    said = "this server answers calls of Cognito user pools only"
    for service, operation in (("sns", "list_topics"), ("dynamodb", "list_tables")):
        client = offline_client_of(service, "us-east-1", server.url)
        with pytest.raises(ClientError) as caught:
            getattr(client, operation)()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert said in str(caught.value)


def test_motos_own_part_of_cognito_is_refused(server: EmulatorServer) -> None:
    """Operations that the emulator leaves to moto are refused, as for an attached client."""
    client = offline_client("us-east-1", server.url)
    pool_id = client.create_user_pool(PoolName="a")["UserPool"]["Id"]
    with pytest.raises(client.exceptions.ClientError, match="ListIdentityProviders"):
        client.list_identity_providers(UserPoolId=pool_id)
    with (
        server.emulator.engine.fast_path.closed(),
        pytest.raises(client.exceptions.ClientError, match="ListIdentityProviders"),
    ):
        client.list_identity_providers(UserPoolId=pool_id)


def test_it_shares_an_emulator_with_an_attached_client() -> None:
    """What a client in the process does, one over HTTP sees, until the server stops."""
    emulator = Emulator(mock=False)
    attached = offline_client("us-east-1", "https://cognito-idp.us-east-1.amazonaws.com")
    emulator.attach(attached)
    for name in ("first", "second"):
        with EmulatorServer(emulator=emulator, cognito_only=True) as server:
            attached.create_user_pool(PoolName=name)
            assert pools(offline_client("us-east-1", server.url)) == pools(attached)
            assert emulator.is_alone
    assert not emulator.is_alone
    assert sorted(pools(attached)) == ["first", "second"]

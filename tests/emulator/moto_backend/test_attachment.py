"""One client that the emulator answers, in a process that is otherwise left alone."""

from __future__ import annotations

import os
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends

from harness.emulator import Emulator


def cognito(region: str = "us-east-1") -> Any:
    """A boto3 client of Cognito with credentials that mean nothing."""
    return boto3.client(
        "cognito-idp", region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x"
    )


def test_an_attached_client_is_answered_by_the_emulator() -> None:
    """Calls, refusals and regions are the emulator's, without a mock."""
    emulator = Emulator(mock=False)
    client = cognito("eu-west-1")
    emulator.attach(client)
    pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
    assert pool_id.startswith("eu-west-1_")
    assert list(emulator.engine.pools) == [pool_id]
    with pytest.raises(ClientError) as caught:
        client.admin_get_user(UserPoolId=pool_id, Username="nobody")
    assert caught.value.response["Error"] == {
        "Code": "UserNotFoundException",
        "Message": "User does not exist.",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_nothing_else_in_the_process_changes() -> None:
    """Mocks of other tests are moto's own, begin empty, and do not empty the emulator."""
    before = dict(os.environ)
    emulator = Emulator(mock=False)
    attached = cognito()
    emulator.attach(attached)
    pool_id = attached.create_user_pool(PoolName="ours")["UserPool"]["Id"]
    for _ in range(2):
        with mock_aws():
            other = cognito()
            assert other.list_user_pools(MaxResults=5)["UserPools"] == []
            other.create_user_pool(PoolName="theirs")
            assert attached.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "ours"
    assert cognitoidp_backends.backend is CognitoIdpBackend
    assert dict(os.environ) == before
    assert [pool.name for pool in emulator.engine.pools.values()] == ["ours"]


def test_a_client_made_under_a_mock_reaches_the_emulator_alone() -> None:
    """moto does not carry out the call a second time."""
    emulator = Emulator(mock=False)
    with mock_aws():
        client = cognito()
        emulator.attach(client)
        client.create_user_pool(PoolName="ours")
        assert cognito().list_user_pools(MaxResults=5)["UserPools"] == []
    assert len(emulator.engine.pools) == 1


def test_what_moto_keeps_elsewhere_is_told_as_missing() -> None:
    """Identity providers are moto's, and moto is not asked here."""
    emulator = Emulator(mock=False)
    client = cognito()
    emulator.attach(client)
    pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
    with pytest.raises(ClientError, match="ListIdentityProviders is not emulated"):
        client.list_identity_providers(UserPoolId=pool_id)

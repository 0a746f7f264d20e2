"""An attached client is served by the emulator; the rest of the process is not affected."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends

from harness.emulator import Emulator
from harness.emulator.api import service_model
from harness.emulator.moto_backend import attachment
from harness.errors import ConfigurationError


def cognito(region: str = "us-east-1") -> Any:
    """Return a boto3 client of Cognito with dummy credentials."""
    return boto3.client(
        "cognito-idp", region, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x"
    )


def test_attached_client_is_served_by_the_emulator() -> None:
    """The emulator serves calls, refusals and regions without a mock."""
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


def test_rest_of_the_process_is_unchanged() -> None:
    """Other tests' mocks are moto's own, start empty and do not empty the emulator."""
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


def test_client_made_under_a_mock_reaches_only_the_emulator() -> None:
    """moto does not carry out the call a second time."""
    emulator = Emulator(mock=False)
    with mock_aws():
        client = cognito()
        emulator.attach(client)
        client.create_user_pool(PoolName="ours")
        assert cognito().list_user_pools(MaxResults=5)["UserPools"] == []
    assert len(emulator.engine.pools) == 1


def test_operations_kept_by_moto_are_reported_as_missing() -> None:
    """Identity providers, which only moto keeps, are reported as not available."""
    emulator = Emulator(mock=False)
    client = cognito()
    emulator.attach(client)
    pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
    with pytest.raises(ClientError, match="ListIdentityProviders is not emulated"):
        client.list_identity_providers(UserPoolId=pool_id)


def test_a_call_does_not_wait_for_an_import_of_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    """While another thread imports moto, a client is attached and answered without it."""

    def through_moto(*_: object) -> NoReturn:
        raise AssertionError("moto was asked")

    emulator, client = Emulator(mock=False), cognito()
    monkeypatch.setattr(attachment, "_through_moto", through_moto)
    monkeypatch.setattr(sys.modules["moto.core"].__spec__, "_initializing", True, raising=False)
    emulator.attach(client)
    assert client.list_user_pools(MaxResults=1)["UserPools"] == []


def test_a_client_of_another_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets one message, and its service model is not taken for that of user pools."""
    other: Any = boto3.client(
        "cognito-identity", "us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x"
    )
    monkeypatch.setattr(service_model, "_held", [])
    emulator, client = Emulator(mock=False), cognito()
    with pytest.raises(ConfigurationError) as refused:
        emulator.attach(other)
    message = "attach(): cannot use 'cognito-identity'; it takes a client of cognito-idp"
    assert str(refused.value) == message
    emulator.attach(client)
    assert service_model.service_model() is client.meta.service_model
    assert client.list_user_pools(MaxResults=1)["UserPools"] == []

"""In process, the content of a response can be awaited, as asynchronous clients do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from harness.emulator import Emulator, install, uninstall
from harness.emulator.http.wire import TARGET_PREFIX
from harness.emulator.moto_backend.async_clients import AwaitableBytes
from tests.emulator.support.connection import SIGNED


@pytest.fixture
def mocked() -> Iterator[None]:
    """moto's mock, with an installed emulator."""
    install()
    with mock_aws():
        yield
    uninstall()


#: The X-Amz-Target of a call, by service.
TARGETS = {"cognito-idp": f"{TARGET_PREFIX}ListUserPools", "sqs": "AmazonSQS.ListQueues"}


def response_of(client: Any, service: str = "cognito-idp") -> AWSResponse:
    """Return the response of the handlers that botocore asks before it sends a request."""
    host = f"{service}.us-east-1.amazonaws.com"
    headers = HTTPHeaders()
    headers["Host"], headers["X-Amz-Target"] = host, TARGETS[service]
    headers["Authorization"] = SIGNED
    body = b'{"MaxResults":1}'
    request = AWSPreparedRequest("POST", f"https://{host}/", headers, body, False)
    name = f"before-send.{client.meta.service_model.service_id.hyphenize()}.x"
    responses = client.meta.events.emit(name, request=request)
    found: AWSResponse = next(response for _, response in responses if response is not None)
    return found


def client_of(service: str = "cognito-idp") -> Any:
    """Return a boto3 client."""
    keys = {"aws_access_key_id": "anything", "aws_secret_access_key": "anything"}
    return boto3.client(service, region_name="us-east-1", **keys)  # type: ignore[call-overload]


async def awaited(response: Any) -> bytes:
    """Return the content as an asynchronous client reads it."""
    content: bytes = await response.content
    return content


def test_content_can_be_awaited_under_the_mock(mocked: None) -> None:
    """moto's mock gives the content to both kinds of clients."""
    response = response_of(client_of())
    assert asyncio.run(awaited(response)) == response.content
    assert b"UserPools" in response.content
    assert response.text == response.content.decode()


def test_content_of_an_attached_client_can_be_awaited() -> None:
    """So does the handler of a single client."""
    client = client_of()
    Emulator(mock=False).attach(client)
    response = response_of(client)
    assert asyncio.run(awaited(response)) == response.content


def test_other_services_are_unchanged(mocked: None) -> None:
    """The responses of moto's other services are botocore's own."""
    assert type(response_of(client_of("sqs"), "sqs")) is AWSResponse


def test_moto_is_as_it_was_afterwards() -> None:
    """Without an emulator, moto's Cognito has moto's own responses."""
    with Emulator():
        pass
    with mock_aws():
        response = response_of(client_of())
    assert type(response) is AWSResponse


def test_awaited_bytes_are_plain() -> None:
    """What an asynchronous client gets has no further surprises."""

    async def wait() -> bytes:
        return await AwaitableBytes(b"x")

    assert type(asyncio.run(wait())) is bytes

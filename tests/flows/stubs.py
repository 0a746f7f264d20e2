"""Real boto3 clients without a network: botocore checks each request, a script responds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.stub import Stubber

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["make_client", "stubbed"]


def make_client(endpoint_url: str | None = None) -> CognitoIdentityProviderClient:
    """Return a client with credentials that open nothing."""
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        endpoint_url=endpoint_url,
        config=Config(retries={"total_max_attempts": 1}),
    )


def stubbed() -> tuple[CognitoIdentityProviderClient, Stubber]:
    """Return a client and the stubber that is active on it."""
    client = make_client()
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber

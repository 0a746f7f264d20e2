"""moto in the place of AWS, with a Cognito that refuses what Cognito refuses."""

import boto3
import pytest
from moto import mock_aws

from harness.emulator import install


@pytest.fixture
def emulator():
    """Cognito behind the client, with its outbox and its clock."""
    return install()


@pytest.fixture
def cognito(emulator):
    """A client of that Cognito."""
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="us-east-1")

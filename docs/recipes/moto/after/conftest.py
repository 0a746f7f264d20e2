"""Fixtures: moto stands in for AWS, with a Cognito that refuses what Cognito refuses."""

import boto3
import pytest
from moto import mock_aws

from harness.emulator import install


@pytest.fixture
def emulator():
    """The emulator behind the client, with its outbox and its clock."""
    return install()


@pytest.fixture
def cognito(emulator):
    """A boto3 client of the emulator."""
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="us-east-1")

"""Fixtures: moto stands in for AWS."""

import boto3
import pytest
from moto import mock_aws


@pytest.fixture
def cognito():
    """A boto3 client of moto's Cognito."""
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="us-east-1")

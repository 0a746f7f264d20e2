"""Fixtures for the tests of the app in ../fastapi: async clients, and the other AWS services."""

import boto3
import httpx2
import pytest
import pytest_asyncio
from moto import mock_aws

import shop


@pytest.fixture
def app(cognito_environment):
    """The app on the pool of the test."""
    shop.cognito.cache_clear()
    shop.keys.cache_clear()
    yield shop.app
    shop.cognito.cache_clear()
    shop.keys.cache_clear()


@pytest_asyncio.fixture
async def client(app):
    """A browser that awaits its responses."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://shop.example") as client:
        yield client


@pytest.fixture
def receipts():
    """The other AWS services are moto's; the app's Cognito stays the target of the run."""
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="receipts")
        yield s3

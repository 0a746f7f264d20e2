"""The clients that read captured codes, and the check of where they may read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from harness.errors import ConfigurationError, HarnessError
from harness.settings.run_settings import DEFAULT, Settings
from harness.settings.values import is_aws
from harness.targets.account import require_allowed, require_same_place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

    from harness.settings.run_settings import Setting
    from harness.targets.clients import AwsClients

__all__ = ["dynamodb_client", "sqs_client"]

# https://sqs.us-east-1.amazonaws.com/123456789012/codes and
# arn:aws:dynamodb:us-east-1:123456789012:table/codes
_ACCOUNT = re.compile(r"[:/](\d{12})[:/]")


def sqs_client(settings: Settings, queue: Setting[str | None]) -> SQSClient:
    """Return a client of SQS, by boto3's conventions.

    Raises:
        ConfigurationError: the run may not act in the account of the queue.
    """
    clients = _clients(settings)
    client = clients.sqs()
    if _may_be_aws(client.meta.endpoint_url):
        _check(settings, queue, clients, client.meta.endpoint_url, "SQS")
    return client


def dynamodb_client(settings: Settings, table: Setting[str | None]) -> DynamoDBClient:
    """Return a client of DynamoDB, by boto3's conventions.

    Raises:
        ConfigurationError: the run may not act in the account of the table.
    """
    clients = _clients(settings)
    client = clients.dynamodb()
    if _may_be_aws(client.meta.endpoint_url):
        _check(settings, table, clients, client.meta.endpoint_url, "DYNAMODB")
    return client


def _may_be_aws(url: str) -> bool:
    # SQS and DynamoDB also respond without TLS, so the scheme of the URL proves nothing.
    return is_aws(urlsplit(url).hostname or "")


def _clients(settings: Settings) -> AwsClients:
    from harness.targets.clients import AwsClients

    try:
        # As on the target aws: without a region in the settings, use that of the profile.
        by_profile = settings.target.value == "aws" and settings.region.source == DEFAULT
        return AwsClients(None if by_profile else settings.region.value)
    except BotoCoreError as error:
        raise HarnessError(f"the settings of boto3 cannot be used: {error}") from error


def _check(
    settings: Settings,
    place: Setting[str | None],
    clients: AwsClients,
    endpoint_url: str,
    service: str,
) -> None:
    """Allow codes in a real account only where the target aws may act."""
    accounts = settings.aws_accounts.value
    if settings.target.value != "aws" or not accounts:
        raise ConfigurationError(
            "--cognito-mailbox",
            given=settings.mailbox.value,
            source=settings.mailbox.source,
            hint="reading codes in a real account needs --cognito-target=aws and "
            f"--cognito-aws-accounts; AWS_ENDPOINT_URL_{service} can name another service",
        )
    # STS has named the account of the credentials, so the service must be AWS like STS.
    require_same_place(endpoint_url, clients.sts().meta.endpoint_url)
    account = _ACCOUNT.search(place.value or "")
    if account is not None:
        require_allowed(account[1], accounts, f"the captured codes are in {place.value}")

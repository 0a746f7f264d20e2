"""The AWS account of the credentials, checked against the allowed accounts before any call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from harness.errors import ConfigurationError, HarnessError
from harness.settings.values import belongs_to_aws

if TYPE_CHECKING:
    from harness.targets.clients import AwsClients

__all__ = [
    "Identity",
    "account_of",
    "allowed_identity",
    "is_at_aws",
    "require_allowed",
    "require_same_place",
]


@dataclass(frozen=True)
class Identity:
    """The identity of the credentials.

    Attributes:
        account: id of the AWS account, 12 digits.
        arn: ARN of the IAM user or of the role session.
    """

    account: str
    arn: str

    @property
    def owner(self) -> str:
        """The value of the owner tag: the last part of the ARN."""
        return self.arn.rpartition("/")[2] or self.arn


def allowed_identity(clients: AwsClients, accounts: Sequence[str]) -> Identity:
    """Return the identity of the credentials if its account is allowed.

    Args:
        clients: makes the client for sts:GetCallerIdentity, which needs no permission.
        accounts: ids of the accounts that the user allows.

    Raises:
        ConfigurationError: there are no credentials, or they are for another account.
        HarnessError: STS refuses the credentials or does not respond.
    """
    try:
        response = clients.sts().get_caller_identity()
    except NoCredentialsError as error:
        raise _no_credentials(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise HarnessError(
            f"cannot find out the account of the AWS credentials, so nothing is done: {error}"
        ) from error
    identity = Identity(response["Account"], response["Arn"])
    require_allowed(identity.account, accounts, f"the credentials are for {identity.arn}")
    return identity


def require_allowed(account: str, accounts: Sequence[str], found: str) -> None:
    """Refuse an account that is not allowed.

    Args:
        account: id of the account.
        accounts: ids of the allowed accounts.
        found: where the account was found, for the error message.

    Raises:
        ConfigurationError: the account is not among the allowed ones.
    """
    if account not in accounts:
        raise ConfigurationError(
            "--cognito-aws-accounts",
            given=", ".join(accounts),
            hint=f"{found}; account {account} is not allowed, so nothing is done there",
        )


def require_same_place(cognito_url: str, security_tokens_url: str) -> None:
    """Refuse endpoints of Cognito and STS that do not belong together.

    boto3 can have another endpoint for each service. If STS were a stand-in and Cognito were AWS,
    the stand-in could name any account.

    Raises:
        ConfigurationError: only one of the two is AWS, or they are two other services.
    """
    if is_at_aws(cognito_url) and is_at_aws(security_tokens_url):
        return
    if urlsplit(cognito_url)[:2] == urlsplit(security_tokens_url)[:2]:
        return
    raise ConfigurationError(
        "AWS_ENDPOINT_URL",
        hint=f"Cognito is at {cognito_url} and STS at {security_tokens_url}; both must be AWS, or "
        "both the same service, since STS names the account",
    )


def account_of(arn: str) -> str:
    """Return the account in an ARN, or an empty text if it has none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def _no_credentials(reason: str) -> ConfigurationError:
    return ConfigurationError(
        "AWS credentials",
        hint=f"{reason}; set them in the environment, in a profile (AWS_PROFILE) or by the role of "
        "the machine",
    )


def is_at_aws(url: str) -> bool:
    """Return whether a URL leads to AWS itself, so that no other server can respond."""
    parts = urlsplit(url)
    return parts.scheme == "https" and belongs_to_aws(parts.hostname or "")

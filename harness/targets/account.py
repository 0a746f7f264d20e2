"""Whose account it is: found out before anything is done there, and held to the allow-list."""

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
    """Whom the credentials stand for.

    Attributes:
        account: the id of the AWS account, 12 digits.
        arn: the user or the session of a role.
    """

    account: str
    arn: str

    @property
    def owner(self) -> str:
        """What the tag of an owner says: the last part of the ARN."""
        return self.arn.rpartition("/")[2] or self.arn


def allowed_identity(clients: AwsClients, accounts: Sequence[str]) -> Identity:
    """Return whom the credentials stand for.

    Args:
        clients: asked by sts:GetCallerIdentity, which needs no permission.
        accounts: the ids of the accounts that the user allows.

    Raises:
        ConfigurationError: there are no credentials, or they are for another account.
        HarnessError: STS does not take them, or does not answer.
    """
    try:
        answer = clients.security_tokens().get_caller_identity()
    except NoCredentialsError as error:
        raise _no_credentials(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise HarnessError(
            f"whose the AWS credentials are cannot be found out, so that nothing is done: {error}"
        ) from error
    identity = Identity(answer["Account"], answer["Arn"])
    require_allowed(identity.account, accounts, f"the credentials are for {identity.arn}")
    return identity


def require_allowed(account: str, accounts: Sequence[str], found: str) -> None:
    """Refuse an account that is not on the list; ``found`` says where it was met."""
    if account not in accounts:
        raise ConfigurationError(
            "--cognito-aws-accounts",
            given=", ".join(accounts),
            hint=f"{found}, and account {account} is not among them: nothing is done there",
        )


def require_same_place(cognito_url: str, security_tokens_url: str) -> None:
    """Refuse that somebody else than Cognito's own side says whose account it is.

    boto3 lets every service be led to an endpoint of its own. If STS answered from a stand-in and
    Cognito from AWS, the stand-in could name any account.
    """
    if is_at_aws(cognito_url) and is_at_aws(security_tokens_url):
        return
    if urlsplit(cognito_url)[:2] == urlsplit(security_tokens_url)[:2]:
        return
    raise ConfigurationError(
        "AWS_ENDPOINT_URL",
        hint=f"Cognito is at {cognito_url} and STS at {security_tokens_url}: both must be AWS's "
        "own, or one and the same, since STS says whose account it is",
    )


def account_of(arn: str) -> str:
    """Return the account in an ARN; empty where there is none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def _no_credentials(reason: str) -> ConfigurationError:
    return ConfigurationError(
        "AWS credentials",
        hint=f"{reason}; boto3 finds them in the environment, in a profile (AWS_PROFILE) or in "
        "the machine's role",
    )


def is_at_aws(url: str) -> bool:
    """Return whether a URL leads to AWS itself, and nobody else can answer there."""
    parts = urlsplit(url)
    return parts.scheme == "https" and belongs_to_aws(parts.hostname or "")

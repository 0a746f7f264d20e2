"""The boto3 clients of the targets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

__all__ = [
    "OWN_USER_AGENT",
    "AwsClients",
    "ca_bundle",
    "finds_credentials",
    "offline_client",
    "offline_client_of",
    "online_client",
    "online_client_of",
    "own_default_session",
]

# Enough for a laptop under load, while a service that hangs does not block the run forever.
_PATIENT = Config(connect_timeout=10, read_timeout=60)
#: The user agent of offline clients, which tells their calls from those of an app.
#: botocore builds its own for each call, an eighth of a call's time here.
OWN_USER_AGENT = "cognito-mfa-harness"
_NAMED = Config(user_agent=OWN_USER_AGENT)
# A retry would hide the first response of the service. The legacy mode retries errors 500.
_ONE_ATTEMPT = Config(retries={"total_max_attempts": 1, "mode": "standard"})


def offline_client(region: str, endpoint_url: str) -> CognitoIdentityProviderClient:
    """Return a client with made-up credentials that ignores all AWS settings of the user.

    It reads neither the environment nor ``~/.aws``: a variable such as AWS_ENDPOINT_URL, a proxy
    or a FIPS setting would send a call for this machine to another one.
    """
    return cast(
        "CognitoIdentityProviderClient", offline_client_of("cognito-idp", region, endpoint_url)
    )


def offline_client_of(service: str, region: str, endpoint_url: str) -> Any:
    """Return a client like :func:`offline_client` for any service."""
    session = boto3.session.Session(
        botocore_session=_session_without_user_settings(),
        region_name=region,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
    )
    config = _PATIENT.merge(_ONE_ATTEMPT).merge(_NAMED).merge(Config(proxies={}))
    make: Any = session.client
    return make(service, endpoint_url=endpoint_url, config=config)


def online_client(region: str, endpoint_url: str) -> CognitoIdentityProviderClient:
    """Return a client by boto3's conventions; without credentials, requests are not signed.

    Cognito's operations for users need no credentials (A301).

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """
    return cast(
        "CognitoIdentityProviderClient", online_client_of("cognito-idp", region, endpoint_url)
    )


def online_client_of(service: str, region: str, endpoint_url: str) -> Any:
    """Return a client like :func:`online_client` for any service.

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """
    session = botocore.session.get_session()
    config = _PATIENT
    if not _sets_retries(session):
        config = config.merge(_ONE_ATTEMPT)
    if session.get_credentials() is None:
        config = config.merge(Config(signature_version=UNSIGNED))
    make: Any = boto3.session.Session(botocore_session=session, region_name=region).client
    return make(service, endpoint_url=endpoint_url, config=config)


class AwsClients:
    """The clients for a real account, with boto3's own profile, credentials and endpoints.

    botocore's retries are off: its standard and adaptive modes retry LimitExceededException, which
    on Cognito means that the limit of a day or an hour is used up. :attr:`attempts` has the number
    of attempts that the user has set.

    Args:
        region: AWS region; ``None`` takes the region of the profile.

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """

    def __init__(self, region: str | None) -> None:
        self._session = botocore.session.get_session()
        self.region = region or cast("str | None", self._session.get_config_variable("region"))

    @property
    def attempts(self) -> int | None:
        """How often the user wants a call to be sent, or ``None`` if they did not say."""
        return cast("int | None", self._session.get_config_variable("max_attempts"))

    @property
    def profile(self) -> str:
        """The name of the profile in use."""
        return self._session.profile or "default"

    def has_credentials(self) -> bool:
        """Return whether boto3 finds credentials; this may use the network."""
        return self._session.get_credentials() is not None

    def cognito(self, *, signed: bool) -> CognitoIdentityProviderClient:
        """Return a client of Cognito; an unsigned one reads no credentials."""
        config = _PATIENT.merge(_ONE_ATTEMPT)
        if not signed:
            config = config.merge(Config(signature_version=UNSIGNED))
        return self._boto3().client("cognito-idp", config=config)

    def sts(self) -> Any:
        """Return a client of STS, which knows the account of the credentials."""
        return self._boto3().client("sts", config=_PATIENT)

    def sqs(self) -> SQSClient:
        """Return a client of SQS."""
        return self._boto3().client("sqs", config=_PATIENT)

    def dynamodb(self) -> DynamoDBClient:
        """Return a client of DynamoDB."""
        return self._boto3().client("dynamodb", config=_PATIENT)

    def _boto3(self) -> boto3.session.Session:
        return boto3.session.Session(botocore_session=self._session, region_name=self.region)


def ca_bundle() -> str | None:
    """Return the path of the CA bundle that :func:`online_client` uses, if one is set."""
    return cast("str | None", botocore.session.get_session().get_config_variable("ca_bundle"))


@contextmanager
def own_default_session() -> Iterator[None]:
    """Have ``boto3.client`` find the user's settings anew in the ``with`` block, and forget them.

    boto3 keeps credentials in its default session, from its first client to the end of the process.
    """
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before


def finds_credentials() -> bool:
    """Return whether boto3 finds credentials; this may use the network."""
    return botocore.session.get_session().get_credentials() is not None


def _sets_retries(session: botocore.session.Session) -> bool:
    # Read by name, since botocore does not distinguish a default from a user's setting.
    if "AWS_MAX_ATTEMPTS" in os.environ or "AWS_RETRY_MODE" in os.environ:
        return True
    return not session.get_scoped_config().keys().isdisjoint(("max_attempts", "retry_mode"))


def _session_without_user_settings() -> botocore.session.Session:
    variables = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    for file in ("config_file", "credentials_file"):
        variables[file] = (None, None, os.devnull, None)
    return botocore.session.Session(session_vars=variables)

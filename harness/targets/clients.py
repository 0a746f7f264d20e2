"""The boto3 clients of the targets."""

from __future__ import annotations

import os
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
    "AwsClients",
    "ca_bundle",
    "offline_client",
    "offline_client_of",
    "online_client",
    "online_client_of",
]

# Long enough for a laptop under load; a service that hangs should not hang the run.
_PATIENT = Config(connect_timeout=10, read_timeout=60)
# botocore works out its own anew for each call, which takes an eighth of a call's time here.
_NAMED = Config(user_agent="cognito-mfa-harness")
# A repeated call would hide what the service answered first. Legacy mode repeats 500s.
_ONE_ATTEMPT = Config(retries={"total_max_attempts": 1, "mode": "standard"})


def offline_client(region: str, endpoint_url: str) -> CognitoIdentityProviderClient:
    """Return a client with made-up credentials that no setting of the user can lead astray.

    Neither the environment nor ``~/.aws`` is read: a variable such as AWS_ENDPOINT_URL, a proxy
    or a FIPS setting would take a call that is meant for this machine to another one.
    """
    return cast(
        "CognitoIdentityProviderClient", offline_client_of("cognito-idp", region, endpoint_url)
    )


def offline_client_of(service: str, region: str, endpoint_url: str) -> Any:
    """Return the same kind of client of another service."""
    session = boto3.session.Session(
        botocore_session=_session_without_surroundings(),
        region_name=region,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
    )
    config = _PATIENT.merge(_ONE_ATTEMPT).merge(_NAMED).merge(Config(proxies={}))
    make: Any = session.client
    return make(service, endpoint_url=endpoint_url, config=config)


def online_client(region: str, endpoint_url: str) -> CognitoIdentityProviderClient:
    """Return a client by boto3's own conventions, unsigned where no credentials are found.

    The user's side of Cognito needs none (A301).

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """
    return cast(
        "CognitoIdentityProviderClient", online_client_of("cognito-idp", region, endpoint_url)
    )


def online_client_of(service: str, region: str, endpoint_url: str) -> Any:
    """Return the same kind of client of another service.

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """
    session = botocore.session.get_session()
    config = _PATIENT
    if not _says_how_to_retry(session):
        config = config.merge(_ONE_ATTEMPT)
    if session.get_credentials() is None:
        config = config.merge(Config(signature_version=UNSIGNED))
    make: Any = boto3.session.Session(botocore_session=session, region_name=region).client
    return make(service, endpoint_url=endpoint_url, config=config)


class AwsClients:
    """The clients for a real account, by boto3's own chain of profile, credentials and endpoint.

    botocore's own retries are off: its standard and adaptive modes repeat LimitExceededException,
    which on Cognito is a day's or an hour's allowance that is used up. How many attempts the user
    wants is told by :attr:`attempts`.

    Args:
        region: where; ``None`` takes the region of the profile.

    Raises:
        botocore.exceptions.BotoCoreError: the user's configuration cannot be used.
    """

    def __init__(self, region: str | None) -> None:
        self._session = botocore.session.get_session()
        self.region = region or cast("str | None", self._session.get_config_variable("region"))

    @property
    def attempts(self) -> int | None:
        """How often the user has said that a call is to be made, if at all."""
        return cast("int | None", self._session.get_config_variable("max_attempts"))

    @property
    def profile(self) -> str:
        """The profile that is in use."""
        return self._session.profile or "default"

    def has_credentials(self) -> bool:
        """Return whether the chain finds any; asks the network where it leads there."""
        return self._session.get_credentials() is not None

    def cognito(self, *, signed: bool) -> CognitoIdentityProviderClient:
        """Return a client of Cognito; one that does not sign reads no credentials."""
        config = _PATIENT.merge(_ONE_ATTEMPT)
        if not signed:
            config = config.merge(Config(signature_version=UNSIGNED))
        return self._boto3().client("cognito-idp", config=config)

    def security_tokens(self) -> Any:
        """Return a client of STS, which knows whose the credentials are."""
        return self._boto3().client("sts", config=_PATIENT)

    def queues(self) -> SQSClient:
        """Return a client of SQS; it waits at a queue longer than for other answers."""
        return self._boto3().client("sqs", config=_PATIENT)

    def tables(self) -> DynamoDBClient:
        """Return a client of DynamoDB."""
        return self._boto3().client("dynamodb", config=_PATIENT)

    def _boto3(self) -> boto3.session.Session:
        return boto3.session.Session(botocore_session=self._session, region_name=self.region)


def ca_bundle() -> str | None:
    """Return the path of the CA bundle that :func:`online_client` will use, if one is set."""
    return cast("str | None", botocore.session.get_session().get_config_variable("ca_bundle"))


def _says_how_to_retry(session: botocore.session.Session) -> bool:
    # Asked by name, since botocore's own answer does not tell a default from a wish.
    if "AWS_MAX_ATTEMPTS" in os.environ or "AWS_RETRY_MODE" in os.environ:
        return True
    return not session.get_scoped_config().keys().isdisjoint(("max_attempts", "retry_mode"))


def _session_without_surroundings() -> botocore.session.Session:
    variables = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    for file in ("config_file", "credentials_file"):
        variables[file] = (None, None, os.devnull, None)
    return botocore.session.Session(session_vars=variables)

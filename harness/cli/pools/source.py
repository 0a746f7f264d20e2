"""Reads a pool's configuration from a file or from a live pool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import ENDPOINT_VARIABLES, Panel
from harness.cli.pools.account_options import account_target, parse_accounts
from harness.cli.pools.service import PoolTarget, client_of, pool_url
from harness.errors import ConfigurationError
from harness.settings import values as rules

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.pools.configuration.pool_configuration import PoolConfiguration
    from harness.pools.sources.parameters import GivenParameters
    from harness.pools.sources.pool_choice import FoundPools

__all__ = [
    "Accounts",
    "Endpoint",
    "PoolTarget",
    "SourceArgument",
    "find_source",
    "read_live_pool",
    "read_source",
]

SourceArgument = typer.Argument(
    metavar="SOURCE",
    help="A template, plan, state or snapshot, an output of the AWS CLI, or the id of a live pool.",
    show_default=False,
)
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=pool_url,
        help="The URL of the service with the live pool, if it is not on AWS.",
        show_default="none",
        rich_help_panel=Panel.SERVICE,
    ),
]
Accounts = Annotated[
    str | None,
    typer.Option(
        "--aws-accounts",
        metavar="ID,ID",
        parser=parse_accounts,
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts whose pools the command may read.",
        show_default="none",
        rich_help_panel=Panel.AWS,
    ),
]


def read_source(
    source: str,
    pool: str | None,
    endpoint_url: str | None,
    target: str,
    accounts: str | None,
    parameters: GivenParameters | None = None,
) -> PoolConfiguration:
    """Return the configuration in a file, or that of a live pool; change nothing.

    A source that is not a file but looks like the id of a user pool is a live pool.

    Args:
        source: a file, a folder, or the id of a user pool.
        pool: which pool of a file with several.
        endpoint_url: the service with the live pool.
        target: ``server`` or ``endpoint``.
        accounts: the AWS accounts whose pools may be read.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file does not exist or has an unknown format, or live pools may
            not be read.
        ClientError: the service refused to describe the pool.
    """
    found = find_source(source, endpoint_url, target, accounts, parameters)
    return found.choose(pool, "--pool").read()


def find_source(
    source: str,
    endpoint_url: str | None,
    target: str,
    accounts: str | None,
    parameters: GivenParameters | None = None,
) -> FoundPools:
    """Return the pools of a file, or the live pool with an id.

    Args:
        source: a file, a folder, or the id of a user pool.
        endpoint_url: the service with the live pool.
        target: ``server`` or ``endpoint``.
        accounts: the AWS accounts whose pools may be read.
        parameters: what the user gave for the parameters of a template.

    Raises:
        ConfigurationError: the file does not exist or has an unknown format, or live pools may
            not be read.
        ClientError: the service refused to describe the pool.
    """
    from harness.pools.sources import find
    from harness.pools.sources.parameters import NO_PARAMETERS
    from harness.pools.sources.pool_choice import ready

    given = NO_PARAMETERS if parameters is None else parameters
    if Path(source).exists() or not _is_pool_id(source):
        return find(source, given)
    with given.checked(source):
        given.have_no_use(f"{source} is a live pool, which has values in place of parameters")
    return ready(source, [read_live_pool(source, endpoint_url, target, accounts)])


def read_live_pool(
    user_pool_id: str, endpoint_url: str | None, target: str, accounts: str | None
) -> PoolConfiguration:
    """Return the configuration of a pool behind an endpoint or in an allowed account.

    Raises:
        ConfigurationError: neither an endpoint nor accounts are given, or both are.
        ClientError: the service refused to describe the pool.
    """
    from harness.pools.sources.live import read_live

    with _client(user_pool_id, endpoint_url, target, accounts) as client:
        return read_live(client, user_pool_id)


@contextmanager
def _client(
    user_pool_id: str, endpoint_url: str | None, target: str, accounts: str | None
) -> Iterator[CognitoIdentityProviderClient]:
    region = rules.region_of(user_pool_id)
    if endpoint_url is not None and accounts is not None:
        hint = f"--endpoint-url, or {' or '.join(ENDPOINT_VARIABLES)}, names another service"
        raise ConfigurationError("--aws-accounts", given=accounts, hint=hint)
    if accounts is not None:
        account = account_target(accounts, region)
        try:
            yield account.client()
        finally:
            account.stop()
        return
    if endpoint_url is None:
        raise ConfigurationError(
            "--endpoint-url",
            hint="a live pool needs --endpoint-url for a served emulator, or --aws-accounts for "
            "AWS",
        )
    client = client_of("cognito-idp", target, region or "us-east-1", endpoint_url)
    try:
        yield client
    finally:
        client.close()


def _is_pool_id(text: str) -> bool:
    try:
        rules.user_pool_id(text)
    except rules.Unusable:
        return False
    return True

"""Where a command gets a pool's configuration from: a file, or a pool that exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.account_options import account_target
from harness.cli.options import ENDPOINT_VARIABLES
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.pools.configuration import PoolConfiguration
    from harness.targets.base import Target

__all__ = ["Accounts", "Endpoint", "PoolName", "SourceArgument", "read_source"]

#: A region, an underscore, letters and digits.
_POOL_ID = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d_[0-9A-Za-z]+")

SourceArgument = typer.Argument(
    metavar="SOURCE",
    help="A template, plan or snapshot, or the id of a live pool.",
    show_default=False,
)
PoolName = Annotated[
    str | None,
    typer.Option(
        "--pool",
        metavar="NAME",
        help="Which pool, by logical id or name, where a file has several.",
        show_default="the only one",
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        help="Where live pools are, if not on AWS.",
        show_default="AWS",
    ),
]
Accounts = Annotated[
    str | None,
    typer.Option(
        "--aws-accounts",
        metavar="ID,ID",
        envvar="COGNITO_HARNESS_AWS_ACCOUNTS",
        help="The AWS accounts whose pools may be read.",
        show_default="none",
    ),
]


def read_source(
    source: str, pool: str | None, endpoint_url: str | None, accounts: str | None
) -> PoolConfiguration:
    """Return the configuration that a source holds; nothing is changed anywhere.

    Raises:
        ConfigurationError: there is no such file, it is of no known format, or live pools may
            not be read.
        ClientError: the service refused to describe the pool.
    """
    from pathlib import Path

    if _POOL_ID.fullmatch(source) and not Path(source).exists():
        return _read_live(source, endpoint_url, accounts)
    from harness.pools.sources import load

    return load(source, pool)


def _read_live(
    user_pool_id: str, endpoint_url: str | None, accounts: str | None
) -> PoolConfiguration:
    from contextlib import contextmanager

    from harness.pools.sources.live import read_live

    region = user_pool_id.partition("_")[0]
    with contextmanager(_client)(region, endpoint_url, accounts) as client:
        return read_live(client, user_pool_id)


def _client(
    region: str, endpoint_url: str | None, accounts: str | None
) -> Iterator[CognitoIdentityProviderClient]:
    target = _target(region, endpoint_url, accounts)
    try:
        yield target.client()
    finally:
        target.stop()


def _target(region: str, endpoint_url: str | None, accounts: str | None) -> Target:
    if endpoint_url is not None:
        from harness.targets.endpoint import EndpointTarget

        return EndpointTarget(endpoint_url, region=region)
    if accounts is not None:
        return account_target(accounts, region)
    raise ConfigurationError(
        "--endpoint-url",
        hint="to read a live pool say where: --endpoint-url of a served emulator, or "
        "--aws-accounts for a pool on AWS",
    )

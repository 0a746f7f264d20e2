"""Options and boto3 clients for a pool behind an endpoint: a served emulator or another service."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from harness.cli.options import ENDPOINT_VARIABLES, Panel, usable
from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = ["PoolEndpoint", "PoolName", "PoolTarget", "Region", "client_of", "pool_url", "save"]

_TARGETS = ("server", "endpoint")
_WHY_NOT = {
    "aws": "this command does not support real accounts",
    "emulator": "an emulator in this process ends with the command; start `cognito-harness serve` "
    "and give its --endpoint-url",
    "stub": "a stub has no service behind it",
}


def _target(text: str) -> str:
    if text not in _TARGETS:
        hint = _WHY_NOT.get(text)
        raise ConfigurationError("--target", given=text, allowed=_TARGETS, hint=hint)
    return text


def pool_url(text: str) -> str:
    """Return the URL of an endpoint that is not AWS itself.

    Raises:
        ConfigurationError: the text is not a URL, or it is a URL of AWS.
    """
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", rules.endpoint_url, text)


PoolTarget = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        parser=_target,
        help="server: a served emulator; endpoint: another service with Cognito's API, with "
        "boto3's own credentials.",
        rich_help_panel=Panel.SERVICE,
    ),
]
PoolEndpoint = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar=ENDPOINT_VARIABLES,
        parser=pool_url,
        help="The URL of the service.",
        rich_help_panel=Panel.SERVICE,
    ),
]
Region = Annotated[
    str,
    typer.Option(
        metavar="REGION", help="The AWS region of the pool.", rich_help_panel=Panel.SERVICE
    ),
]
PoolName = Annotated[
    str | None,
    typer.Option(
        "--pool",
        metavar="NAME",
        help="Which pool, if there are several: logical id, address or name.",
        rich_help_panel=Panel.SOURCE,
    ),
]


def client_of(service: str, target: str, region: str, endpoint_url: str) -> Any:
    """Return a boto3 client for one of the services behind an endpoint."""
    from harness.targets.clients import offline_client_of, online_client_of

    usable("--region", rules.region, region)
    make = offline_client_of if target == "server" else online_client_of
    return make(service, region, endpoint_url)


def save(text: str, path: str) -> None:
    """Write text to a file.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        hint = f"the file cannot be written: {error.strerror}"
        raise ConfigurationError("--output", given=path, hint=hint) from error

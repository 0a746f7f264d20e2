"""Where the pools of ``snapshot`` and ``provision`` are: a served emulator or another endpoint."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from harness.cli.options import ENDPOINT_VARIABLES, usable
from harness.errors import ConfigurationError
from harness.settings import values as rules

__all__ = ["PoolEndpoint", "PoolName", "PoolTarget", "Region", "client_of", "pool_url", "save"]

_TARGETS = ("server", "endpoint")
_WHY_NOT = {
    "aws": "real accounts are not supported by this command",
    "emulator": "an emulator in this process would be gone with it; serve one by "
    "`cognito-harness serve` and say --endpoint-url",
    "stub": "there is no service behind it",
}


def _target(text: str) -> str:
    if text not in _TARGETS:
        hint = _WHY_NOT.get(text)
        raise ConfigurationError("--target", given=text, allowed=_TARGETS, hint=hint)
    return text


def pool_url(text: str) -> str:
    """Return the URL of an endpoint that is no real account.

    Raises:
        ConfigurationError: it is one, or no URL.
    """
    return usable(f"--endpoint-url, {' or '.join(ENDPOINT_VARIABLES)}", rules.endpoint_url, text)


PoolTarget = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        parser=_target,
        help="server: a served emulator; endpoint: any other URL that speaks Cognito, by boto3's "
        "own settings.",
    ),
]
PoolEndpoint = Annotated[
    str,
    typer.Option(
        metavar="URL", envvar=ENDPOINT_VARIABLES, parser=pool_url, help="Where it listens."
    ),
]
Region = Annotated[str, typer.Option(metavar="REGION", help="The AWS region of the pool.")]
PoolName = Annotated[
    str | None,
    typer.Option(
        "--pool", metavar="NAME", help="Which of several pools, by logical id, address or name."
    ),
]


def client_of(service: str, target: str, region: str, endpoint_url: str) -> Any:
    """Return a client of one of the services behind an endpoint."""
    from harness.targets.clients import offline_client_of, online_client_of

    usable("--region", rules.region, region)
    make = offline_client_of if target == "server" else online_client_of
    return make(service, region, endpoint_url)


def save(text: str, path: str) -> None:
    """Write a text to a file.

    Raises:
        ConfigurationError: it cannot be written.
    """
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        hint = f"the file cannot be written: {error.strerror}"
        raise ConfigurationError("--output", given=path, hint=hint) from error

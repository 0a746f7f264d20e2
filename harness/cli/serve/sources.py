"""``serve --allow-...``: who may use the server, and whether moto may call others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel

if TYPE_CHECKING:
    from harness.emulator.http.sources import AllowedSources

__all__ = ["AllowHostOption", "AllowOriginOption", "AllowOutgoingHttpOption", "allowed_sources"]

_ORIGIN_VARIABLE = "COGNITO_HARNESS_ALLOW_ORIGIN"
_HOST_VARIABLE = "COGNITO_HARNESS_ALLOW_HOST"

AllowOriginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-origin",
        metavar="ORIGIN",
        envvar=_ORIGIN_VARIABLE,
        help="An origin of web pages that may call signed operations and other AWS services, for "
        "example https://app.example:3000. Can be repeated.",
        show_default="pages of this machine",
        rich_help_panel=Panel.SECURITY,
    ),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        envvar=_HOST_VARIABLE,
        help="A host name or IP address that clients call the server by, for example that of a "
        "container. Whoever uses it can also read codes. Can be repeated.",
        show_default="localhost and addresses of the server",
        rich_help_panel=Panel.SECURITY,
    ),
]

AllowOutgoingHttpOption = Annotated[
    bool,
    typer.Option(
        "--allow-outgoing-http",
        envvar="COGNITO_HARNESS_ALLOW_OUTGOING_HTTP",
        help="Let moto send requests to URLs that clients give, for example for SNS.",
        rich_help_panel=Panel.NETWORK,
    ),
]


def allowed_sources(origins: Iterable[str] | None, hosts: Iterable[str] | None) -> AllowedSources:
    """Return the sources that the options or their variables list.

    Raises:
        ConfigurationError: a text is not an origin, or not a host.
    """
    from harness.emulator.http.sources import AllowedSources, parse_host, parse_origin

    return AllowedSources(
        frozenset(_parsed(parse_origin, origins, f"--allow-origin, {_ORIGIN_VARIABLE}")),
        frozenset(_parsed(parse_host, hosts, f"--allow-host, {_HOST_VARIABLE}")),
    )


def _parsed(
    parse: Callable[[str, str], str], texts: Iterable[str] | None, setting: str
) -> list[str]:
    """Return the values of all texts; each may list several, with commas or spaces between them."""
    words = [word for text in texts or () for word in re.split(r"[,\s]+", text.strip())]
    # An empty variable counts as not set, but an empty option is a mistake.
    return [parse(word, setting) for word in words]

"""``serve --issuer``, ``--public-url``, ``--domain-style``: the addresses that a server names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from harness.cli.options import Panel

if TYPE_CHECKING:
    from harness.emulator.http.sources import AllowedSources

__all__ = ["DomainStyleOption", "IssuerOption", "PublicUrlOption", "uncallable"]

_ISSUER_VARIABLE = "COGNITO_HARNESS_ISSUER"
_URL_VARIABLE = "COGNITO_HARNESS_PUBLIC_URL"
_STYLE_VARIABLE = "COGNITO_HARNESS_DOMAIN_STYLE"


def _issuer(text: str) -> str:
    from harness.emulator.core.public_url import check_issuer

    check_issuer(text, "--issuer")
    return text


def _public_url(text: str) -> str:
    from harness.emulator.core.public_url import checked_public_url

    return checked_public_url(text, "--public-url")


def _domain_style(text: str) -> str:
    from harness.emulator.core.public_url import check_domain_style

    check_domain_style(text, None, "--domain-style")
    return text


IssuerOption = Annotated[
    str,
    typer.Option(
        "--issuer",
        metavar="aws|server",
        rich_help_panel=Panel.NETWORK,
        parser=_issuer,
        envvar=_ISSUER_VARIABLE,
        help="The issuer of tokens: the pool's address on AWS, or that of this server, for apps "
        "that look for the keys there.",
    ),
]
PublicUrlOption = Annotated[
    str | None,
    typer.Option(
        "--public-url",
        metavar="URL",
        rich_help_panel=Panel.NETWORK,
        parser=_public_url,
        envvar=_URL_VARIABLE,
        help="The address that clients call this server by, for example http://cognito.test:5000.",
        show_default="the address that it listens on",
    ),
]


DomainStyleOption = Annotated[
    str,
    typer.Option(
        "--domain-style",
        metavar="path|host",
        rich_help_panel=Panel.NETWORK,
        parser=_domain_style,
        envvar=_STYLE_VARIABLE,
        help="Where a pool's OpenID configuration says that its domain is: below this server's "
        "address, or at a host below localhost.",
    ),
]


def uncallable(public_url: str | None, sources: AllowedSources) -> list[str]:
    """Return a warning if the server will refuse what clients send to the public URL."""
    host = urlsplit(public_url or "").hostname
    if not host or sources.accepts_host(host):
        return []
    return [f"warning: signed calls to {host} are refused; allow them with --allow-host {host}"]

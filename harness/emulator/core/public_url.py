"""The address that the outside calls a served emulator by, as somebody gave it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from harness.errors import ConfigurationError

__all__ = [
    "DOMAIN_STYLES",
    "ISSUERS",
    "check_domain_style",
    "check_issuer",
    "checked_public_url",
    "prefix_host_url",
]

#: Whose address the issuer of tokens has.
ISSUERS = ("aws", "server")
#: Where a server says that the domain of a pool is.
DOMAIN_STYLES = ("path", "host")
#: Longer URLs are refused by servers and kept by nobody; `PreSignedUrl` may have 2,048 characters.
_LONGEST = 1_000
#: What an issuer may consist of: RFC 8414, 2, has no query and no fragment.
#: https://www.rfc-editor.org/rfc/rfc8414#section-2
_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/\[\]%!$&'()*+,;=-]+")
_HINT = "it must be the address that clients call, such as http://cognito.test:5000"


def check_issuer(given: str, setting: str) -> None:
    """Refuse what is not one of `ISSUERS`.

    Raises:
        ConfigurationError: the text is another one.
    """
    if given not in ISSUERS:
        raise ConfigurationError(setting, given=given, allowed=ISSUERS)


def check_domain_style(given: str, public_url: str | None, setting: str) -> None:
    """Refuse what is not one of `DOMAIN_STYLES`, and hosts below a URL that cannot have them.

    Args:
        given: the style.
        public_url: the public URL that somebody named, if they did.
        setting: the name of the setting, for the error message.

    Raises:
        ConfigurationError: it is another style, or the hosts would lead to another machine.
    """
    if given not in DOMAIN_STYLES:
        raise ConfigurationError(setting, given=given, allowed=DOMAIN_STYLES)
    if given == "host" and public_url is not None and not _is_of_this_machine(public_url):
        hint = (
            "the hosts are below localhost, so that a public URL must be one of this machine, "
            "without a path"
        )
        raise ConfigurationError(setting, given=given, hint=hint)


def prefix_host_url(public_url: str, prefix: str, region: str) -> str:
    """Return the address of a prefix domain by its host, on the port of the server (H120)."""
    parts = urlsplit(public_url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{prefix}.auth.{region}.localhost{port}"


def _is_of_this_machine(public_url: str) -> bool:
    parts = urlsplit(public_url)
    return not parts.path and parts.hostname in ("localhost", "127.0.0.1", "::1")


def checked_public_url(given: str, setting: str) -> str:
    """Return a public URL without the slash at its end.

    Clients compare issuers as text, so that nothing else of it changes.

    Args:
        given: what the user gave.
        setting: the name of the setting, for the error message.

    Raises:
        ConfigurationError: it is not the address of an HTTP server.
    """
    problem = _problem(given)
    if problem:
        raise ConfigurationError(setting, given=given[:100], hint=f"{problem}; {_HINT}")
    return given.rstrip("/")


def _problem(url: str) -> str:
    """Return why a text cannot be a public URL; empty if it can."""
    if len(url) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "it is not a URL"
    if parts.scheme not in ("http", "https"):
        return "it does not begin with http:// or https://"
    if "?" in url or "#" in url:
        return "it has a query or a fragment"
    if "@" in parts.netloc:
        return "it has a username"
    whole = host and port != 0 and not parts.netloc.endswith(":")
    return "" if whole and _CHARACTERS.fullmatch(url) else "it is not a URL"

"""Which hosts and web origins a served emulator trusts: this machine's own, and listed ones.

A page in a browser can send requests to any address, also to this machine. The browser's Origin
header says where the page comes from. If the page's own name resolves to this machine (DNS
rebinding), the page and the emulator have one origin, but the Host header still has that name.
An IP address in Host must be a loopback address, listed, or the one that the client connected to.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.errors import ConfigurationError

__all__ = [
    "AllowedSources",
    "host_name",
    "is_loopback",
    "origin_host",
    "parse_host",
    "parse_origin",
]

#: Names as they are in addresses (RFC 3986, 3.2.2), without the signs that no name of a machine
#: has: the emulator writes this text into redirects.
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._~%-]+)(:[0-9]*)?", re.IGNORECASE)
_ORIGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#@\s]+)", re.IGNORECASE)
_LISTED_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
#: Browsers leave these ports out of an origin.
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class AllowedSources:
    """The hosts and origins that are trusted besides this machine's own.

    Attributes:
        origins: web origins, as `parse_origin` returns them.
        hosts: host names or addresses, as `parse_host` returns them.
    """

    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def parsed(cls, origins: Iterable[str], hosts: Iterable[str]) -> AllowedSources:
        """Return the sources that a program lists.

        Raises:
            ConfigurationError: a text is not an origin, or not a host.
        """
        return cls(
            frozenset(parse_origin(text, "allow_origins") for text in origins),
            frozenset(parse_host(text, "allow_hosts") for text in hosts),
        )

    def lists_host(self, host: str) -> bool:
        """Return whether a Host header has a listed name or address."""
        name = host_name(host)
        return bool(name) and name in self.hosts

    def accepts_host(self, host: str, own: str = "") -> bool:
        """Return whether a Host header has a name or address of this machine, or a listed one.

        Programs may leave the header out; browsers always send it.

        Args:
            host: the header.
            own: the address of this end of the connection.
        """
        name = host_name(host)
        if not name:
            return not host
        return _is_local(name) or name in self.hosts or _is_same_address(name, own)

    def accepts_origin(self, origin: str) -> bool:
        """Return whether an Origin header is listed, or that of a page of this machine."""
        host = origin_host(origin)
        if host is None:
            return False
        is_web = origin.lower().startswith(("http://", "https://"))
        return (is_web and _is_local(host_name(host))) or _normal(origin) in self.origins


def parse_origin(text: str, setting: str) -> str:
    """Return an origin as browsers write it.

    Args:
        text: what the user gave.
        setting: the name of the setting, for the error message.

    Raises:
        ConfigurationError: the text is not an origin.
    """
    origin = text.strip()
    host = origin_host(origin)
    if host is None or not _is_host(host_name(host)):
        hint = "it must be an origin without a path, such as https://app.example:3000"
        raise ConfigurationError(setting, given=text, hint=hint)
    return _normal(origin)


def parse_host(text: str, setting: str) -> str:
    """Return a host name or address in lower case; it stands for every port.

    Args:
        text: what the user gave.
        setting: the name of the setting, for the error message.

    Raises:
        ConfigurationError: the text is not a host name or IP address.
    """
    name = text.strip().lower()
    bare = name[1:-1] if name.startswith("[") and ":" in name and name.endswith("]") else name
    if not _is_host(bare):
        hint = "it must be a host name or an IP address without a port, such as cognito.test"
        raise ConfigurationError(setting, given=text, hint=hint)
    return bare


def origin_host(origin: str) -> str | None:
    """Return host and port of an origin; ``None`` for ``null`` and what is not an origin."""
    match = _ORIGIN.fullmatch(origin)
    return match["host"] if match and _HOST.fullmatch(match["host"]) else None


def host_name(host: str) -> str:
    """Return the name in a Host header, in lower case; empty if the header is not a host."""
    match = _HOST.fullmatch(host.strip())
    if match is None:
        return ""
    name = match["name"].lower()
    if not name.startswith("["):
        return name
    found = _address(name[1:-1])
    return name[1:-1] if found is not None and found.version == 6 else ""


def is_loopback(address: str) -> bool:
    """Return whether an address is one that only this machine can reach."""
    found = _address(address)
    return found is not None and found.is_loopback


def _is_local(name: str) -> bool:
    # RFC 6761, 6.3: names below localhost resolve to loopback addresses.
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def _is_host(name: str) -> bool:
    return _address(name) is not None or bool(_LISTED_NAME.fullmatch(name))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_same_address(one: str, other: str) -> bool:
    found = _address(one)
    # The address of a socket may name its interface, which Host does not: fe80::1%eth0.
    return found is not None and found == _address(other.partition("%")[0])


def _normal(origin: str) -> str:
    text = origin.lower()
    return text.removesuffix(_DEFAULT_PORTS.get(text.partition("://")[0], " "))

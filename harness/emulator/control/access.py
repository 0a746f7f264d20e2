"""Decide who may use the control surface: programs on this machine, but no website."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_JSON = "application/json"

#: Browsers must not store a response, run it as a script or let another site read it.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Sender:
    """Where a control request comes from.

    Attributes:
        peer: the address of the other end.
        host: the Host header.
        content_type: the Content-Type header.
        origin: the Origin header; a browser sends it for a script of a page.
    """

    peer: str
    host: str
    content_type: str
    origin: str = ""


def refusal(method: str, sender: Sender) -> tuple[int, str] | None:
    """Return the status and text that refuse a request, or ``None`` if it is allowed.

    A website can send a form to any address. If its own host name resolves to this machine, it can
    read the response as well. But it cannot send a loopback Host, nor JSON without a preflight.
    """
    if not _is_loopback(sender.peer):
        return 403, "the control surface accepts callers on this machine only"
    if not _names_loopback(sender.host):
        return 403, f"Host is {sender.host!r}; it must be localhost or a loopback address"
    if sender.origin and not _is_same_origin(sender):
        return 403, f"Origin is {sender.origin!r}; it must be the emulator's own page"
    if method == "POST" and sender.content_type.partition(";")[0].strip().lower() != _JSON:
        return 415, f"Content-Type is {sender.content_type!r}; it must be {_JSON}"
    return None


def _is_same_origin(sender: Sender) -> bool:
    scheme, _, host = sender.origin.partition("://")
    return scheme in ("http", "https") and host.lower() == sender.host.lower()


def _names_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

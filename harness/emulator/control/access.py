"""Who may use the control surface: callers on the same machine, and no page in their browser."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_JSON = "application/json"

#: No browser keeps an answer, takes it for a script or lends it to another page.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Sender:
    """Where a control request came from, as far as it says.

    Attributes:
        peer: the address of the other end; host: the Host header; content_type: of the body.
        origin: the page whose script sends it, where it is a browser's.
    """

    peer: str
    host: str
    content_type: str
    origin: str = ""


def refusal(method: str, sender: Sender) -> tuple[int, str] | None:
    """Status and text with which a request is turned away, or ``None`` when it may come in.

    A page of the web can send a form to any address and, with a name of its own that leads to
    this machine, read the answer; it can neither give a loopback Host nor send JSON unasked.
    """
    if not _is_loopback(sender.peer):
        return 403, "the control surface answers to loopback callers only"
    if not _names_loopback(sender.host):
        return 403, f"Host is {sender.host!r}; allowed is localhost or a loopback address"
    if sender.origin and not _is_own(sender):
        return 403, f"Origin is {sender.origin!r}; allowed is the harness' own page"
    if method == "POST" and sender.content_type.partition(";")[0].strip().lower() != _JSON:
        return 415, f"Content-Type is {sender.content_type!r}; allowed is {_JSON}"
    return None


def _is_own(sender: Sender) -> bool:
    scheme, _, place = sender.origin.partition("://")
    return scheme in ("http", "https") and place.lower() == sender.host.lower()


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

"""Who may use the control surface: callers on the same machine, and no page in their browser."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_JSON = "application/json"


@dataclass(frozen=True)
class Sender:
    """Where a control request came from, as far as it says.

    peer: the address of the other end; host: the Host header; content_type: of the body.
    """

    peer: str
    host: str
    content_type: str

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Sender:
        """Read it from a WSGI environment."""
        names = ("REMOTE_ADDR", "HTTP_HOST", "CONTENT_TYPE")
        return cls(*(str(environ.get(name) or "") for name in names))


def refusal(method: str, sender: Sender) -> tuple[int, str] | None:
    """Status and text with which a request is turned away, or ``None`` when it may come in.

    A page of the web can send a form to any address and, with a name of its own that leads to
    this machine, read the answer; it can neither give a loopback Host nor send JSON unasked.
    """
    if not _is_loopback(sender.peer):
        return 403, "the control surface answers to loopback callers only"
    if not _names_loopback(sender.host):
        return 403, f"Host is {sender.host!r}; allowed is localhost or a loopback address"
    if method == "POST" and sender.content_type.partition(";")[0].strip().lower() != _JSON:
        return 415, f"Content-Type is {sender.content_type!r}; allowed is {_JSON}"
    return None


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

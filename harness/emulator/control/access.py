"""Decide who may use the control surface: programs on this machine, but no website."""

from __future__ import annotations

from dataclasses import dataclass

from harness.emulator.http.sources import AllowedSources, host_name, is_loopback, origin_host

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


def refusal(method: str, sender: Sender, sources: AllowedSources) -> tuple[int, str] | None:
    """Return the status and text that refuse a request, or ``None`` if it is allowed.

    A website can send a form to any address. If its own host name resolves to this machine, it can
    read the response as well. But it cannot send a loopback or listed Host, nor JSON without a
    preflight. A program on another machine needs a listed Host.
    """
    if not sources.lists_host(sender.host):
        if not is_loopback(sender.peer):
            return 403, (
                "the control surface accepts callers on this machine only, and those that use a "
                "host name allowed by --allow-host"
            )
        if not _names_loopback(sender.host):
            return 403, (
                f"Host is {sender.host!r}; it must be localhost, a loopback address, or allowed "
                "by --allow-host"
            )
    if sender.origin and not _is_same_origin(sender):
        return 403, f"Origin is {sender.origin!r}; it must be the emulator's own page"
    if method == "POST" and sender.content_type.partition(";")[0].strip().lower() != _JSON:
        return 415, f"Content-Type is {sender.content_type!r}; it must be {_JSON}"
    return None


def _is_same_origin(sender: Sender) -> bool:
    is_web = sender.origin.startswith(("http://", "https://"))
    return is_web and (origin_host(sender.origin) or "").lower() == sender.host.lower()


def _names_loopback(host: str) -> bool:
    name = host_name(host)
    return name == "localhost" or is_loopback(name)

"""Decide who may use the control surface: programs on this machine, but no website.

Programs send JSON. A browser sends a form of the page itself only: it must say that the page of
the emulator's own address has sent it.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.emulator.http.sources import AllowedSources, host_name, is_loopback, origin_host

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"

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
        origin: the Origin header; a browser sends it with each POST, and for a script of a page.
        fetch_site: the Sec-Fetch-Site header; browsers say in it how the page that sends a request
            relates to its address.
        if_none_match: the If-None-Match header: which response the sender has already.
    """

    peer: str
    host: str
    content_type: str
    origin: str = ""
    fetch_site: str = ""
    if_none_match: str = ""

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return self.content_type.partition(";")[0].strip().lower()


def refusal(
    method: str, sender: Sender, sources: AllowedSources, *, is_form: bool = False
) -> tuple[int, str] | None:
    """Return the status and text that refuse a request, or ``None`` if it is allowed.

    A website can send a form to any address. If its own host name resolves to this machine, it can
    read the response as well. But it cannot send a loopback or listed Host, nor JSON without a
    preflight. A program on another machine needs a listed Host.

    A form of the page (``is_form``) is what a website can send. But with it, browsers send the
    Origin of the page that it is on, which no page can change: a form without the emulator's own
    Origin is refused, and so is one without any.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header
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
    if is_form:
        return _form_refusal(sender)
    if method == "POST" and sender.media_type != _JSON:
        return 415, f"Content-Type is {sender.content_type!r}; it must be {_JSON}"
    return None


def _form_refusal(sender: Sender) -> tuple[int, str] | None:
    if not sender.origin:
        return 403, "Origin is missing; only the emulator's own page sends forms, and programs JSON"
    if sender.fetch_site not in ("", "same-origin"):
        return 403, f"Sec-Fetch-Site is {sender.fetch_site!r}; it must be same-origin"
    if sender.media_type != _FORM:
        return 415, f"Content-Type is {sender.content_type!r}; it must be {_FORM}"
    return None


def _is_same_origin(sender: Sender) -> bool:
    is_web = sender.origin.startswith(("http://", "https://"))
    return is_web and (origin_host(sender.origin) or "").lower() == sender.host.lower()


def _names_loopback(host: str) -> bool:
    name = host_name(host)
    return name == "localhost" or is_loopback(name)

"""What ``serve --smtp`` does: e-mails go to a mail server as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from harness.cli.outcome import complain
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator import Emulator

__all__ = ["SmtpOption", "host_and_port", "relayed_mail"]

SmtpOption = Annotated[
    str | None,
    typer.Option(
        "--smtp",
        metavar="HOST:PORT",
        help="Also send e-mails to the mail server there.",
        show_default="outbox only",
    ),
]


@contextmanager
def relayed_mail(emulator: Emulator, place: str | None) -> Iterator[None]:
    """Send the e-mails of the block to the mail server at ``place``, if one is named."""
    if place is None:
        yield
        return
    from harness.emulator.server.mail_relay import MailRelay

    relay = MailRelay(emulator.engine, *host_and_port(place), complain).start()
    try:
        yield
    finally:
        relay.stop()


def host_and_port(text: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``; an IPv6 address stands in brackets."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != text or "@" in text:
        raise ConfigurationError(
            "--smtp", given=text, hint="allowed is HOST:PORT, for example localhost:1025"
        )
    return host, port

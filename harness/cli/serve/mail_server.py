"""``serve --smtp``: sends every email to a mail server as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from harness.cli.options import Panel
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
        help="A mail server that gets every email too.",
        show_default="outbox only",
        rich_help_panel=Panel.NETWORK,
    ),
]


@contextmanager
def relayed_mail(emulator: Emulator, address: str | None) -> Iterator[None]:
    """Send the emails of the block to the mail server at ``HOST:PORT``, if there is one."""
    if address is None:
        yield
        return
    from harness.emulator.server.mail_relay import MailRelay

    relay = MailRelay(emulator.engine, *host_and_port(address), complain).start()
    try:
        yield
    finally:
        relay.stop()


def host_and_port(text: str) -> tuple[str, int]:
    """Return the host and port of ``HOST:PORT``; an IPv6 address needs brackets.

    Raises:
        ConfigurationError: the text has another form.
    """
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != text or "@" in text:
        raise ConfigurationError(
            "--smtp", given=text, hint="it must be HOST:PORT, such as localhost:1025"
        )
    return host, port

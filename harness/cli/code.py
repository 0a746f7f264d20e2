"""``cognito-harness code``: prints the newest code that a served emulator sent to a user."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, one_given, parse_duration, usable
from harness.errors import DeadlineExceeded
from harness.settings import values as rules
from harness.users.mailboxes.base import KINDS, check_kind

__all__ = ["code"]


def _wait(text: str) -> float:
    # Windows waits at most 49 days.
    return parse_duration(text, "--wait", longest="1d")


def _kind(text: str) -> str:
    check_kind(text, "--kind")
    return text


def code(
    endpoint_url: EndpointUrl,
    user: Annotated[
        str | None,
        typer.Argument(
            metavar="USER",
            help="The user: username, sub, email address or phone number.",
            show_default=False,
        ),
    ] = None,
    username: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The same, as an option.", show_default="USER"),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=_wait,
            help="How long to wait for a code: 30s, 5m or plain seconds.",
            show_default="looks once",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            parser=_kind,
            help=f"Only codes sent for this reason: {', '.join(KINDS)}.",
            show_default="any",
        ),
    ] = None,
    user_pool_id: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            parser=lambda text: usable("--user-pool-id", rules.user_pool_id, text),
            help="Only codes sent by this user pool.",
            show_default="any",
        ),
    ] = None,
) -> None:
    """Print the newest code that was sent to a user.

    Prints only the code. Exits with 1 if no code arrives in time, and says if the pool or the user
    does not exist.
    """
    from harness.clock import SystemClock
    from harness.users.mailboxes.http import missing_in_outbox, served_outbox
    from harness.users.mailboxes.outbox import OutboxMailbox

    whose = one_given(("USER", user), ("--username", username))
    mailbox = OutboxMailbox(served_outbox(endpoint_url), user_pool_id or "", SystemClock())
    try:
        newest = mailbox.newest_code(whose, kind=kind, deadline_seconds=wait or 0.0)
    except DeadlineExceeded as error:
        missing = missing_in_outbox(endpoint_url, whose, user_pool_id)
        raise DeadlineExceeded(error.awaited, error.waited_seconds, hint=missing) from None
    print(newest.value.reveal())

"""``cognito-harness code``: the newest code that a served emulator has sent to a user."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.options import EndpointUrl, parse_duration

__all__ = ["code"]


def code(
    endpoint_url: EndpointUrl,
    username: Annotated[
        str, typer.Option(help="Whom it was sent to: user name, sub, e-mail or phone number.")
    ],
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=parse_duration,
            help="How long to wait for one: 30s, 5m or plain seconds.",
            show_default="look once",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="Only a code sent for this reason, for example sign_up or mfa."),
    ] = None,
    user_pool_id: Annotated[
        str | None, typer.Option(help="Only a code sent by this user pool.")
    ] = None,
) -> None:
    """Print the newest code sent to a user, and only that.

    Exits with 1 when there is none in time.
    """
    from harness.clock import SystemClock
    from harness.users.mailboxes.http import served_outbox
    from harness.users.mailboxes.outbox import OutboxMailbox

    mailbox = OutboxMailbox(served_outbox(endpoint_url), user_pool_id or "", SystemClock())
    newest = mailbox.newest_code(username, kind=kind, deadline_seconds=wait or 0.0)
    print(newest.value.reveal())

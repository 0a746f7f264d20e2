"""The rows of the outbox: messages with the names of their secrets, of everybody or of one user."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from harness.emulator.control.page.secrets import message_secret

if TYPE_CHECKING:
    from harness.emulator.engine import Engine
    from harness.emulator.stores.outbox import Message

#: Among how many messages those of one user are looked for.
_MOST_SEARCHED = 2_000


@dataclass(frozen=True)
class MessageRow:
    """A message; ``code`` and ``body`` are names of secrets."""

    kind: str
    pool_id: str
    username: str
    destination: str
    medium: str
    sender: str
    sent_at: float
    code: str
    body: str | None


def message_rows(engine: Engine, most: int, of: tuple[str, str] | None = None) -> list[MessageRow]:
    """Return the newest messages, newest first.

    Args:
        engine: has the outbox.
        most: how many messages at most.
        of: a pool and a username, for the messages of one user among the newest of all.
    """
    newest = engine.outbox.numbered(most if of is None else _MOST_SEARCHED)
    wanted = (
        (number, message)
        for number, message in newest
        if of is None or (message.user_pool_id, message.username) == of
    )
    return [_row(number, message) for number, message in islice(wanted, most)]


def sent(engine: Engine) -> int:
    """Return how many messages have been sent."""
    return next((number + 1 for number, _ in engine.outbox.numbered(1)), 0)


def _row(number: int, message: Message) -> MessageRow:
    return MessageRow(
        message.kind,
        message.user_pool_id,
        message.username,
        message.destination,
        message.medium,
        message.sender,
        message.sent_at,
        message_secret(number, message, "code"),
        message_secret(number, message, "body") if message.body else None,
    )

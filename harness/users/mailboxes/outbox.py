"""The mailbox of an emulated pool: reads the emulator's outbox, in process or over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.clock import Clock, SystemClock
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, await_code, what

__all__ = ["OutboxMailbox", "ReadsOutbox"]


class ReadsOutbox(Protocol):
    """Reads an outbox: messages, newest first, as the emulator's control surface gives them."""

    def __call__(
        self, *, username: str, user_pool_id: str, kind: str | None
    ) -> Sequence[Mapping[str, Any]]:
        """Return the messages that match all that is given."""
        ...


class OutboxMailbox:
    """Gives the codes that an emulator has sent to the people of one pool.

    Args:
        read: reads the outbox.
        user_pool_id: the pool whose messages count.
        clock: the emulator's, by which messages are dated; it is read and never moved.
        patience_seconds: how long a code is awaited, in real time, where the caller does not say
            it. An emulator has sent a code before it answers the call that asked for it, so that
            only what another thread or program asked for is ever awaited.
        waiting: on which a code is awaited.
    """

    def __init__(
        self,
        read: ReadsOutbox,
        user_pool_id: str,
        clock: Clock,
        *,
        patience_seconds: float = 1.0,
        waiting: Clock | None = None,
    ) -> None:
        self.clock = clock
        self._read = read
        self._user_pool_id = user_pool_id
        self._patience_seconds = patience_seconds
        self._waiting = waiting or SystemClock()

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`."""
        return await_code(
            lambda: self._newest(username, kind, since),
            self._waiting,
            self._patience_seconds if deadline_seconds is None else deadline_seconds,
            what(username, kind),
        )

    def _newest(self, username: str, kind: str | None, since: float | None) -> Code | None:
        messages = self._read(username=username, user_pool_id=self._user_pool_id, kind=kind)
        # Newest first: when the first is too old, all are.
        if not messages or (since is not None and messages[0]["sent_at"] < since):
            return None
        newest = messages[0]
        return Code(
            kind=newest["kind"],
            username=newest["username"],
            value=Secret(newest["code"]),
            sent_at=float(newest["sent_at"]),
        )

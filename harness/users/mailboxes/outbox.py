"""The mailbox of an emulated pool: reads the emulator's outbox, in process or over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.clock import Clock, SteadyClock, Waits
from harness.redaction import Secret
from harness.users.mailboxes.base import POLL_SECONDS, Code, CodeWait

__all__ = ["OutboxMailbox", "ReadsOutbox"]


class ReadsOutbox(Protocol):
    """Reads the messages of an outbox, newest first, as the emulator's control surface does."""

    def __call__(
        self, *, username: str, user_pool_id: str, kind: str | None
    ) -> Sequence[Mapping[str, Any]]:
        """Return the messages that match all arguments."""
        ...


class OutboxMailbox:
    """Gives the codes that an emulator has sent to the users of one pool.

    Args:
        read: reads the outbox.
        user_pool_id: the pool whose messages count.
        clock: the emulator's clock, which dates the messages.
        patience_seconds: how long to wait in real time if the caller does not say. An emulator
            sends a code before it responds, so only a code that another thread or program asked
            for can still be on its way.
        waiting: clock to wait on; real time by default.
        poll_seconds: time between two looks.
    """

    def __init__(
        self,
        read: ReadsOutbox,
        user_pool_id: str,
        clock: Clock,
        *,
        patience_seconds: float = 1.0,
        waiting: Waits | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.clock = clock
        self._read = read
        self._user_pool_id = user_pool_id
        self._wait = CodeWait(waiting or SteadyClock(), patience_seconds, poll_seconds)

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`."""
        return self._wait.newest_code(
            lambda _: self._newest(username, kind, since), username, kind, deadline_seconds
        )

    def _newest(self, username: str, kind: str | None, since: float | None) -> Code | None:
        messages = self._read(username=username, user_pool_id=self._user_pool_id, kind=kind)
        sent = (message for message in messages if since is None or message["sent_at"] >= since)
        # A message that was late came last, although its code is older than that of others. Of
        # two that were sent at once, the first one here came last.
        newest = max(sent, key=lambda message: float(message["sent_at"]), default=None)
        if newest is None:
            return None
        return Code(
            kind=newest["kind"],
            username=newest["username"],
            value=Secret(newest["code"]),
            sent_at=float(newest["sent_at"]),
        )

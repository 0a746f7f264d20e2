"""A person as the mailbox: the code is typed in."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Protocol

from harness.clock import Clock, SystemClock
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, await_code, what

__all__ = ["Asks", "PromptMailbox"]


class Asks(Protocol):
    """Puts a question to whoever sits at the terminal."""

    def __call__(self, question: str, seconds: float) -> str | None:
        """Return the line that was typed, or ``None`` where none was within so many seconds."""
        ...


class PromptMailbox:
    """Asks for the newest code.

    Args:
        ask: puts the question.
        patience_seconds: how long an answer is awaited where the caller does not say it.
        waiting: on which it is awaited.
    """

    def __init__(
        self, ask: Asks, *, patience_seconds: float = 120.0, waiting: Clock | None = None
    ) -> None:
        self.clock: Clock = SystemClock()
        self._ask = ask
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
        patience = self._patience_seconds if deadline_seconds is None else deadline_seconds
        deadline = self._waiting.time() + patience
        question = _question(username, kind, since)

        def look() -> Code | None:
            typed = self._ask(question, deadline - self._waiting.time())
            if not typed or not typed.strip():
                return None
            return Code(kind or "unknown", username, Secret(typed.strip()), self.clock.time())

        return await_code(look, self._waiting, patience, what(username, kind), poll_seconds=0.0)


def _question(username: str, kind: str | None, since: float | None) -> str:
    reason = f" ({kind})" if kind else ""
    moment = ""
    if since is not None:
        sent = datetime.fromtimestamp(since, timezone.utc)
        moment = f", sent at {sent:%H:%M:%S} UTC or later"
    return f"The newest code for {username}{reason}{moment}: "

"""The mailbox at the terminal: the user of the harness types the code in."""

from __future__ import annotations

from typing import Protocol

from harness.clock import Clock, SteadyClock, SystemClock, Waits, utc_of
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, CodeWait

__all__ = ["Asks", "PromptMailbox"]


class Asks(Protocol):
    """Asks a question at the terminal."""

    def __call__(self, question: str, seconds: float) -> str | None:
        """Return the typed line, or ``None`` if none was typed within ``seconds``."""
        ...


class PromptMailbox:
    """Asks for the newest code at the terminal.

    Args:
        ask: asks the question.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on; real time by default.
    """

    def __init__(
        self, ask: Asks, *, patience_seconds: float = 120.0, waiting: Waits | None = None
    ) -> None:
        self.clock: Clock = SystemClock()
        self._ask = ask
        # An empty line asks again at once.
        self._wait = CodeWait(waiting or SteadyClock(), patience_seconds, poll_seconds=0.0)

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`."""
        question = _question(username, kind, since)

        def look(deadline: float) -> Code | None:
            typed = self._ask(question, deadline - self._wait.clock.time())
            if not typed or not typed.strip():
                return None
            return Code(kind or "unknown", username, Secret(typed.strip()), self.clock.time())

        return self._wait.newest_code(look, username, kind, deadline_seconds)


def _question(username: str, kind: str | None, since: float | None) -> str:
    reason = f" ({kind})" if kind else ""
    moment = ""
    if since is not None:
        sent = utc_of(since)
        moment = f", sent at {sent:%H:%M:%S} UTC or later"
    return f"The newest code for {username}{reason}{moment}: "

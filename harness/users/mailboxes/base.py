"""What a mailbox is, and how one is watched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from harness.clock import Clock
from harness.errors import DeadlineExceeded
from harness.redaction import Secret

__all__ = ["Code", "Mailbox", "TellsTime", "await_code", "time_of", "what"]

#: Seconds between two looks into a mailbox.
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Code:
    """A code that was sent to a person.

    Attributes:
        kind: why it was sent: ``sign_up``, ``resend``, ``forgot_password``,
            ``attribute_verification``, ``invitation``, ``mfa`` or ``admin_reset``.
        username: the internal user name of the person.
        value: the code; of an invitation, the temporary password.
        sent_at: epoch seconds.
    """

    kind: str
    username: str
    value: Secret
    sent_at: float


class Mailbox(Protocol):
    """Gives the codes sent to the people of one user pool."""

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float = 30.0,
    ) -> Code:
        """Return the newest code sent to somebody, waiting for it if there is none yet.

        Args:
            username: any name of the person: user name, sub, e-mail address, phone number.
            kind: only a code sent for this reason.
            since: only a code sent at this moment or later, in epoch seconds.
            deadline_seconds: how long to wait, in real time; 0 looks once.

        Raises:
            DeadlineExceeded: none came in time.
        """
        ...


@runtime_checkable
class TellsTime(Protocol):
    """A mailbox that knows by which clock its messages are dated."""

    @property
    def clock(self) -> Clock:
        """The clock of whoever sends the messages."""
        ...


def time_of(mailbox: Mailbox) -> float | None:
    """Return the moment from which on a code is new, or ``None`` where the mailbox has no clock.

    To be asked before the call that has a code sent, and given as ``since``: where messages
    arrive later than the answer of that call, an older code may still be the newest.
    """
    return mailbox.clock.time() if isinstance(mailbox, TellsTime) else None


def what(username: str, kind: str | None) -> str:
    """Return what to say was awaited: a code for somebody, of some kind."""
    return f"code for {username!r}" + (f" of kind {kind!r}" if kind else "")


def await_code(
    look: Callable[[], Code | None],
    clock: Clock,
    deadline_seconds: float,
    awaited: str,
    *,
    poll_seconds: float = POLL_SECONDS,
    hint: Callable[[], str | None] = lambda: None,
) -> Code:
    """Look until there is a code.

    Args:
        look: returns the code, or ``None`` while there is none.
        clock: on which to wait between two looks; one that really waits, since a message comes
            when somebody else has done something, and not when a clock is moved.
        deadline_seconds: how long to go on.
        awaited: what to say was awaited when it did not come.
        poll_seconds: between two looks.
        hint: gives one more sentence for when it did not come.

    Raises:
        DeadlineExceeded: none came in time.
    """
    deadline = clock.time() + deadline_seconds
    while True:
        code = look()
        if code is not None:
            return code
        now = clock.time()
        if now >= deadline:
            raise DeadlineExceeded(awaited, deadline_seconds, hint=hint())
        clock.wait_until(min(deadline, now + poll_seconds))

"""The protocol of a mailbox, and how a mailbox waits for a code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from harness.clock import Clock, Waits
from harness.errors import ConfigurationError, DeadlineExceeded
from harness.redaction import Secret

__all__ = [
    "KINDS",
    "Code",
    "CodeWait",
    "Mailbox",
    "TellsTime",
    "can_read",
    "check_kind",
    "time_of",
]

#: Why Cognito sends a code. ``mfa`` is any code of a sign-in, also one that it starts with.
KINDS = (
    "sign_up",
    "resend",
    "forgot_password",
    "attribute_verification",
    "invitation",
    "mfa",
    "admin_reset",
)
#: Seconds between two looks into a mailbox.
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Code:
    """A code that Cognito sent to a user.

    Attributes:
        kind: why it was sent: one of :data:`KINDS`, or what a mailbox says that cannot know it.
        username: internal username of the user.
        value: the code; for an invitation, the temporary password.
        sent_at: when it was sent, in epoch seconds.
    """

    kind: str
    username: str
    value: Secret
    sent_at: float


class Mailbox(Protocol):
    """Gives the codes sent to the users of one user pool."""

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float = 30.0,
    ) -> Code:
        """Return the newest code sent to a user; wait for it if there is none yet.

        Args:
            username: any name of the user: username, sub, email address or phone number.
            kind: if given, only a code sent for this reason counts; one of :data:`KINDS`.
            since: if given, only a code sent at this moment (epoch seconds) or later counts.
            deadline_seconds: how long to wait, in real time; 0 looks once.

        Raises:
            ConfigurationError: codes of this kind do not exist.
            DeadlineExceeded: no such code came in time.
        """
        ...


@runtime_checkable
class TellsTime(Protocol):
    """A mailbox that knows by which clock its messages are dated."""

    @property
    def clock(self) -> Clock:
        """The clock of the service that sends the messages."""
        ...


def time_of(mailbox: Mailbox) -> float | None:
    """Return the current time of a mailbox, or ``None`` if the mailbox has no clock.

    Read it before the call that sends a code, and pass it as ``since``. Messages can arrive later
    than the response of that call, and until then an older code is the newest.
    """
    return mailbox.clock.time() if isinstance(mailbox, TellsTime) else None


def can_read(mailbox: Mailbox, medium: str) -> bool:
    """Return whether a mailbox can have codes that Cognito sends by a medium.

    Args:
        mailbox: has an attribute ``media`` if it reads only some; without one it reads all.
        medium: ``EMAIL`` or ``SMS``.
    """
    return medium in getattr(mailbox, "media", (medium,))


@dataclass(frozen=True)
class CodeWait:
    """How a mailbox waits for a code.

    Attributes:
        clock: clock to wait on. It must really wait, since a message comes when another program
            has done something, not when a clock is moved or frozen.
        patience_seconds: how long to wait if the caller names no deadline.
        poll_seconds: time between two looks.
    """

    clock: Waits
    patience_seconds: float
    poll_seconds: float = POLL_SECONDS

    def newest_code(
        self,
        look: Callable[[float], Code | None],
        username: str,
        kind: str | None,
        deadline_seconds: float | None,
        *,
        hint: Callable[[], str | None] = lambda: None,
    ) -> Code:
        """Look until there is a code, and return it.

        Args:
            look: looks once, given the deadline as a moment of the clock.
            username: whose code it is, for the error message.
            kind: which kind of code it is, for the error message.
            deadline_seconds: how long to wait; ``None`` means the mailbox's own patience.
            hint: returns one more sentence for the error message.

        Raises:
            ConfigurationError: codes of this kind do not exist.
            DeadlineExceeded: no code came in time.
        """
        check_kind(kind)
        patience = self.patience_seconds if deadline_seconds is None else deadline_seconds
        deadline = self.clock.time() + patience
        while True:
            code = look(deadline)
            if code is not None:
                return code
            now = self.clock.time()
            if now >= deadline:
                raise DeadlineExceeded(_awaited(username, kind), patience, hint=hint())
            self.clock.wait_until(min(deadline, now + self.poll_seconds))


def check_kind(kind: str | None, setting: str = "kind") -> None:
    """Check that Cognito sends codes of this kind; ``None`` stands for any kind.

    Raises:
        ConfigurationError: codes of this kind do not exist; ``setting`` names where it was given.
    """
    if kind is not None and kind not in KINDS:
        raise ConfigurationError(setting, given=kind, allowed=KINDS)


def _awaited(username: str, kind: str | None) -> str:
    return f"code for {username!r}" + (f" of kind {kind!r}" if kind else "")

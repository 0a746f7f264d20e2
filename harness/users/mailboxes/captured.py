"""Codes that the Lambda function of ``stack/code-capture.yaml`` has captured."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from harness.clock import Clock, SystemClock, Waits
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, CodeWait

__all__ = ["CLOCK_TOLERANCE_SECONDS", "Captured", "CapturedMailbox", "Wanted", "read_captured"]

#: How far the clocks of Lambda and of this machine may differ.
CLOCK_TOLERANCE_SECONDS = 2.0
#: Time between two looks, in which other readers can find their codes.
_POLL_SECONDS = 0.5
#: Hint of the error when no code came.
_NOT_CAPTURED = "the pool's LambdaConfig must name the function of stack/code-capture.yaml"

# For the function, a reset by an administrator looks like a forgotten password.
_CAPTURED_AS = {"admin_reset": "forgot_password"}


@dataclass(frozen=True)
class Captured:
    """One record of the function.

    Attributes:
        user_pool_id: id of the pool that sent the code.
        username: internal username of the user.
        names: every name of the user, in lower case.
        kind: why the code was sent.
        code: the code.
        moment: when it was sent: epoch seconds, as text exactly as recorded.
    """

    user_pool_id: str
    username: str
    names: frozenset[str]
    kind: str
    code: Secret
    moment: str

    @property
    def sent_at(self) -> float:
        """When the code was sent, in epoch seconds."""
        return float(self.moment)


@dataclass(frozen=True)
class Wanted:
    """The code that a mailbox looks for.

    Attributes:
        user_pool_id: id of the pool.
        username: any name of the user.
        kind: why it was sent; ``None`` for any reason.
        since: only a code sent at this moment (epoch seconds) or later counts.
    """

    user_pool_id: str
    username: str
    kind: str | None = None
    since: float | None = None

    @property
    def name(self) -> str:
        """The username as in records."""
        return self.username.lower()

    @property
    def earliest(self) -> float:
        """The earliest moment at which a code counts, by the clock of Lambda."""
        return 0.0 if self.since is None else self.since - CLOCK_TOLERANCE_SECONDS

    def fits(self, captured: Captured) -> bool:
        """Return whether a record has the wanted pool, user and kind, whenever it was sent."""
        kind = _CAPTURED_AS.get(self.kind or "", self.kind)
        return (
            captured.user_pool_id == self.user_pool_id
            and self.name in captured.names
            and kind in (None, captured.kind)
        )

    def code(self, captured: Captured) -> Code:
        """Return the code of a record."""
        return Code(self.kind or captured.kind, captured.username, captured.code, captured.sent_at)


class CapturedMailbox(ABC):
    """Gives the newest captured code, and waits for it.

    Attributes:
        media: the function captures emails only.

    Args:
        user_pool_id: the pool whose codes count.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on.
    """

    media = ("EMAIL",)

    def __init__(self, user_pool_id: str, patience_seconds: float, waiting: Waits) -> None:
        self.clock: Clock = SystemClock()
        self._user_pool_id = user_pool_id
        self._wait = CodeWait(waiting, patience_seconds, _POLL_SECONDS)

    @abstractmethod
    def look(self, wanted: Wanted) -> Code | None:
        """Look once; delete the code that is there and return it."""

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`."""
        wanted = Wanted(self._user_pool_id, username, kind, since)
        return self._wait.newest_code(
            lambda _: self.look(wanted),
            username,
            kind,
            deadline_seconds,
            hint=lambda: _NOT_CAPTURED,
        )


def read_captured(text: str) -> Captured | None:
    """Return the record in a text, or ``None`` if the text is not a record."""
    try:
        found: dict[str, Any] = json.loads(text)
        captured = Captured(
            user_pool_id=str(found["user_pool_id"]),
            username=str(found["username"]),
            names=frozenset(found["names"]),
            kind=str(found["kind"]),
            code=Secret(str(found["code"])),
            moment=str(found["sent_at"]),
        )
        float(captured.moment)
    except (ValueError, KeyError, TypeError):
        return None
    return captured

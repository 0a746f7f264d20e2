"""Codes that the function of ``stack/code-capture.yaml`` has kept, as it writes them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from harness.clock import Clock, SystemClock
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, await_code, what

__all__ = ["CLOCK_TOLERANCE_SECONDS", "Captured", "CapturedMailbox", "Wanted", "read_captured"]

#: How far the clock of Lambda and this machine's may be apart.
CLOCK_TOLERANCE_SECONDS = 2.0
#: Between two looks, in which other readers find what they look for.
_POLL_SECONDS = 0.5
#: What to say where no code came.
_NOT_CAPTURED = "the pool's LambdaConfig has to name the function of stack/code-capture.yaml"

# To the function an administrator's reset looks like a password that was forgotten.
_CAPTURED_AS = {"admin_reset": "forgot_password"}


@dataclass(frozen=True)
class Captured:
    """One record of the function.

    Attributes:
        user_pool_id: of the pool that sent the code.
        username: the internal user name.
        names: every name of the user, in small letters.
        kind: why it was sent.
        code: the code.
        moment: when, epoch seconds as they are written.
    """

    user_pool_id: str
    username: str
    names: frozenset[str]
    kind: str
    code: Secret
    moment: str

    @property
    def sent_at(self) -> float:
        """When it was sent, in epoch seconds."""
        return float(self.moment)


@dataclass(frozen=True)
class Wanted:
    """Whose code is looked for.

    Attributes:
        user_pool_id: of the pool.
        username: any name of the user.
        kind: why it was sent; any reason without.
        since: only a code sent at this moment or later.
    """

    user_pool_id: str
    username: str
    kind: str | None = None
    since: float | None = None

    @property
    def name(self) -> str:
        """The name as records have it."""
        return self.username.lower()

    @property
    def earliest(self) -> float:
        """The earliest moment of a code that may count, by the clock of Lambda."""
        return 0.0 if self.since is None else self.since - CLOCK_TOLERANCE_SECONDS

    def fits(self, captured: Captured) -> bool:
        """Return whether a record is what is looked for, whenever it was sent."""
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

    Args:
        user_pool_id: the pool whose codes count.
        patience_seconds: how long a code is awaited where the caller does not say it.
        waiting: on which a code is awaited.
    """

    def __init__(self, user_pool_id: str, patience_seconds: float, waiting: Clock) -> None:
        self.clock: Clock = SystemClock()
        self._user_pool_id = user_pool_id
        self._patience_seconds = patience_seconds
        self._waiting = waiting

    @abstractmethod
    def look(self, wanted: Wanted) -> Code | None:
        """Return the code that is there, and take it away."""

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
        return await_code(
            lambda: self.look(wanted),
            self._waiting,
            self._patience_seconds if deadline_seconds is None else deadline_seconds,
            what(username, kind),
            poll_seconds=_POLL_SECONDS,
            hint=lambda: _NOT_CAPTURED,
        )


def read_captured(text: str) -> Captured | None:
    """Return the record that a text is; ``None`` where it is something else."""
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

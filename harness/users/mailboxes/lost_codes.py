"""A mailbox to which codes never come, and a run that stops waiting for them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.clock import Clock
from harness.errors import DeadlineExceeded
from harness.users.mailboxes.base import Code, Mailbox, TellsTime

__all__ = ["MOST_LOST_CODES", "LostCodes", "watched"]

#: After so many codes that never came, nobody waits for the next one.
MOST_LOST_CODES = 3


class LostCodes:
    """Counts the codes of a run that never came.

    If no code has ever come, they are counted together. Otherwise each kind counts for itself, and
    starts again with each code that comes: a service may send one kind and not another.
    """

    def __init__(self) -> None:
        self._lost: Counter[str | None] = Counter()
        self._has_come = False
        #: How many codes were not waited for.
        self.not_awaited = 0

    def came(self, kind: str | None) -> None:
        """Note that a code has come."""
        self._has_come = True
        self._lost.pop(kind, None)

    def lost(self, kind: str | None) -> None:
        """Note that a code has not come in time."""
        self._lost[kind] += 1

    def are_too_many(self, kind: str | None) -> bool:
        """Return whether it is no use to wait for another code of this kind."""
        counted = self._lost[kind] if self._has_come else self._lost.total()
        return counted >= MOST_LOST_CODES


def watched(mailbox: Mailbox, lost: LostCodes) -> Mailbox:
    """Return a mailbox that stops waiting when too many codes were lost.

    It still looks once. A caller who says how long to wait is not affected: they may expect that
    no code comes.
    """
    kind = _WatchedWithClock if isinstance(mailbox, TellsTime) else _Watched
    return kind(mailbox, lost)


class _Watched:
    def __init__(self, mailbox: Mailbox, lost: LostCodes) -> None:
        self._mailbox = mailbox
        self._lost = lost

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`."""
        of: dict[str, Any] = {"kind": kind, "since": since}
        if deadline_seconds is not None:
            return self._mailbox.newest_code(username, **of, deadline_seconds=deadline_seconds)
        if self._lost.are_too_many(kind):
            return self._looked_once(username, of)
        try:
            code = self._mailbox.newest_code(username, **of)
        except DeadlineExceeded:
            self._lost.lost(kind)
            raise
        self._lost.came(kind)
        return code

    def _looked_once(self, username: str, of: dict[str, Any]) -> Code:
        try:
            code = self._mailbox.newest_code(username, **of, deadline_seconds=0)
        except DeadlineExceeded as error:
            self._lost.not_awaited += 1
            why = f"nobody waited for it, since {MOST_LOST_CODES} codes before it never came"
            hint = f"{why}; {error.hint}" if error.hint else why
            raise DeadlineExceeded(error.awaited, 0, hint=hint) from None
        self._lost.came(of["kind"])
        return code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mailbox, name)


class _WatchedWithClock(_Watched):
    """A mailbox that also knows by which clock its messages are dated."""

    @property
    def clock(self) -> Clock:
        """See :class:`harness.users.mailboxes.base.TellsTime`."""
        clock: Clock = self._mailbox.clock  # type: ignore[attr-defined]  # it tells the time
        return clock

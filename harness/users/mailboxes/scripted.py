"""The mailbox of a script, for tests in which no service sends codes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from harness.clock import Clock
from harness.errors import DeadlineExceeded
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, check_kind

__all__ = ["ScriptedMailbox"]


class ScriptedMailbox:
    """Gives a fixed list of codes, one after the other, whoever they are asked for.

    Args:
        codes: the codes, in order.
        clock: gives the moment at which each code is said to be sent.
    """

    def __init__(self, codes: Iterable[Secret | str], clock: Clock) -> None:
        self._codes = deque(codes)
        self._clock = clock
        self._lock = threading.Lock()

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float = 30.0,
    ) -> Code:
        """Return the next code of the script at once; ``since`` and the deadline do not matter.

        Raises:
            ConfigurationError: codes of this kind do not exist.
            DeadlineExceeded: the script has no more codes.
        """
        del since
        check_kind(kind)
        with self._lock:
            if not self._codes:
                raise DeadlineExceeded(
                    f"code for {username!r}", deadline_seconds, hint="the script has no more codes"
                )
            value = self._codes.popleft()
        return Code(
            kind=kind or "scripted",
            username=username,
            value=value if isinstance(value, Secret) else Secret(value),
            sent_at=self._clock.time(),
        )

"""Sessions between challenge steps: opaque, single-use, short-lived (A139 to A147)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from harness.emulator import refusals
from harness.emulator.core.randomness import Randomness

#: What real sessions begin with: the framing of the AWS Encryption SDK (A139). A session must not
#: begin with ``-``, or a shell passes it on as an option.
_PREFIX = "AYAB"


@dataclass
class Session:
    """What the service remembers between two steps of one sign-in."""

    pool_id: str
    client_id: str
    username: str
    challenge: str
    expires_at: float
    facts: dict[str, Any] = field(default_factory=dict, repr=False)
    used: bool = False


class Sessions:
    """All open sessions, by their opaque strings.

    Used ones are kept until they expire, so that a second use is told apart from garbage (A142).
    """

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def open(self, session: Session, now: float) -> str:
        """Keep a session and return the string that stands for it."""
        text = _PREFIX + base64.urlsafe_b64encode(self._random.bytes(768)).decode()
        with self._lock:
            self._sweep(now)
            self._sessions[text] = session
        return text

    def find(self, text: str, now: float) -> Session:
        """Return a usable session; raises the refusal that fits its state."""
        session = self._sessions.get(text)
        if session is None:
            raise refusals.session_invalid()
        if session.used:
            raise refusals.session_used()
        if now >= session.expires_at:
            raise refusals.session_expired()
        return session

    def use(self, session: Session) -> None:
        """Spend a session; exactly one caller succeeds (A142)."""
        with self._lock:
            if session.used:
                raise refusals.session_used()
            session.used = True

    def peek(self, text: str) -> Session | None:
        """The session behind a string in whatever state, to find its pool."""
        return self._sessions.get(text)

    def open_ones(self, now: float) -> Mapping[str, Session]:
        """The sessions that could still be answered."""
        return {
            text: session
            for text, session in list(self._sessions.items())
            if not session.used and now < session.expires_at
        }

    def clear(self) -> None:
        """Forget every session."""
        with self._lock:
            self._sessions.clear()

    def _sweep(self, now: float) -> None:
        """Drop what expired over an hour ago: until then a late answer gets the right text."""
        if now < self._next_sweep:
            return
        self._next_sweep = now + 300
        keep = now - 3600
        self._sessions = {
            text: session for text, session in self._sessions.items() if session.expires_at > keep
        }

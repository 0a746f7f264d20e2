"""The sessions of browsers that signed in on the pages: the cookie ``cognito`` (H049 to H051)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.users import User

__all__ = ["BrowserSession", "BrowserSessions"]

#: One hour from the last interactive sign-in (H050).
LIFETIME_SECONDS = 3_600


@dataclass(frozen=True, eq=False)
class BrowserSession:
    """One browser that a user signed in with, for all app clients of the pool (H050).

    Attributes:
        auth_time: epoch seconds of the sign-in with a password.
        expires_at: epoch seconds.
    """

    pool_id: str
    user: User
    auth_time: int
    expires_at: float


class BrowserSessions:
    """The sessions by the text of their cookie."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._sessions: dict[str, BrowserSession] = {}
        self._lock = Lock()

    def open(self, pool_id: str, user: User, now: float) -> str:
        """Keep a new session, and return the text of its cookie."""
        text = self._random.uuid()
        session = BrowserSession(pool_id, user, int(now), now + LIFETIME_SECONDS)
        with self._lock:
            # A clock that went back brings no session to life again.
            self._sessions = {
                key: kept for key, kept in self._sessions.items() if now < kept.expires_at
            }
            self._sessions[text] = session
        return text

    def find(self, text: str | None, pool_id: str, now: float) -> BrowserSession | None:
        """Return the session of a cookie, if it is one of this pool and not over."""
        session = self._sessions.get(text or "")
        if session is None or session.pool_id != pool_id or now >= session.expires_at:
            return None
        return session

    def end(self, text: str | None) -> None:
        """End the session of a cookie, if there is one."""
        with self._lock:
            self._sessions.pop(text or "", None)

    def of_pool(self, pool_id: str) -> list[BrowserSession]:
        """Return the sessions of a pool."""
        return [session for session in list(self._sessions.values()) if session.pool_id == pool_id]

    def exported(self) -> dict[str, BrowserSession]:
        """Return every session by its text, to be saved."""
        return dict(self._sessions)

    def imported(self, kept: Mapping[str, BrowserSession]) -> None:
        """Replace every session by those that `exported` returned."""
        with self._lock:
            self._sessions = dict(kept)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """End the sessions of users."""
        with self._lock:
            self._sessions = {
                text: session
                for text, session in self._sessions.items()
                if session.pool_id != pool_id or session.user.username not in usernames
            }

    def clear(self) -> None:
        """End every session."""
        with self._lock:
            self._sessions.clear()

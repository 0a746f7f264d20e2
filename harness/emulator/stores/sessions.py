"""Sessions between challenges: opaque, single-use, short-lived (A139 to A147)."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from harness.emulator import refusals

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.attempt import Attempt, CustomSignIn, FirstFactorSignIn
    from harness.emulator.domain.passwords import PasswordRecord
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.domain.users import User

#: The start of real sessions, from the format of the AWS Encryption SDK (A139). It also keeps a
#: session from beginning with ``-``, which command-line tools would read as an option.
_PREFIX = "AYAB"
_SWEEP_SECONDS = 300


@dataclass(frozen=True)
class SignUpState:
    """A user who has signed up (A009).

    Attributes:
        password: the password of the sign-up, if it had one.
        confirmed: the attribute that the code of ConfirmSignUp went to, once it was right.
        destination: its value then.
        sign_outs: the user's number of global sign-outs then.
    """

    user: User
    password: PasswordRecord | None
    confirmed: str | None = None
    destination: str | None = field(default=None, repr=False)
    sign_outs: int = 0

    @property
    def attempt(self) -> None:
        """A sign-up is no sign-in."""
        return


@dataclass
class Session:
    """The data that the service keeps between two steps of one sign-in.

    Attributes:
        username: the internal username, or the name that was sent where there is no such user.
        challenge: the challenge that the session's next response must answer.
        expires_at: epoch seconds.
        about: a sign-in whose first factor is proven, one that waits for the choice or the proof
            of its first factor, a custom sign-in, or a sign-up; ``None`` for PASSWORD_VERIFIER,
            and for SELECT_CHALLENGE in a state of an earlier release.
    """

    pool_id: str
    client_id: str
    username: str
    challenge: str
    expires_at: float
    about: Attempt | CustomSignIn | FirstFactorSignIn | SignUpState | None = field(
        default=None, repr=False
    )
    used: bool = False

    @property
    def attempt(self) -> Attempt | None:
        """The session's sign-in whose first factor is proven, if it has one."""
        return None if self.about is None else self.about.attempt


@dataclass(frozen=True)
class OpenSession:
    """A session and its opaque string."""

    text: str = field(repr=False)
    session: Session


class Sessions:
    """All sessions by their opaque strings.

    Used sessions are kept until they expire, because a second use has its own error (A142).
    """

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    def open_for(
        self,
        client: UserPoolClient,
        username: str,
        challenge: str,
        about: Attempt | CustomSignIn | FirstFactorSignIn | SignUpState | None,
        now: float,
    ) -> OpenSession:
        """Open a session of an app client; it lives for AuthSessionValidity (A140)."""
        session = Session(
            pool_id=client.pool.pool_id,
            client_id=client.client_id,
            username=username,
            challenge=challenge,
            expires_at=now + client.session_seconds,
            about=about,
        )
        text = _PREFIX + base64.urlsafe_b64encode(self._random.bytes(768)).decode()
        with self._lock:
            self._sweep(now)
            self._sessions[text] = session
        return OpenSession(text, session)

    def find(self, text: str, now: float) -> Session:
        """Return a usable session.

        Raises:
            Refusal: the session is unknown, used or expired.
        """
        session = self._sessions.get(text)
        if session is None:
            raise refusals.session_invalid().because("no such Session was ever issued")
        if session.used:
            raise refusals.session_used().because(
                f"this Session of {session.challenge} was used before"
            )
        if now >= session.expires_at:
            ago = now - session.expires_at
            raise refusals.session_expired().because(
                f"this Session of {session.challenge} expired {ago:.0f} s ago"
            )
        return session

    def use(self, session: Session) -> None:
        """Mark a session as used; only the first caller succeeds (A142)."""
        with self._lock:
            if session.used:
                raise refusals.session_used().because(
                    f"another request has used this Session of {session.challenge} meanwhile"
                )
            session.used = True

    def peek(self, text: str) -> Session | None:
        """Return the session of a string in any state, to find its pool and user."""
        return self._sessions.get(text)

    def open_ones(self, now: float) -> Mapping[str, Session]:
        """Return the sessions that are neither used nor expired."""
        return {
            text: session
            for text, session in list(self._sessions.items())
            if not session.used and now < session.expires_at
        }

    def exported(self) -> dict[str, Session]:
        """Return every session by its string, to be saved."""
        return dict(self._sessions)

    def imported(self, sessions: Mapping[str, Session]) -> None:
        """Replace all sessions with those that `exported` returned."""
        with self._lock:
            self._sessions = dict(sessions)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Delete the sessions of users of a pool, by their internal usernames."""
        with self._lock:
            self._sessions = {
                text: session
                for text, session in self._sessions.items()
                if session.pool_id != pool_id or session.username not in usernames
            }

    def clear(self) -> None:
        """Delete every session."""
        with self._lock:
            self._sessions.clear()

    def _sweep(self, now: float) -> None:
        """Delete sessions that expired over an hour ago; until then they have their own error."""
        # After the clock went back, the next sweep may be years away.
        if self._next_sweep - _SWEEP_SECONDS <= now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        keep = now - 3600
        self._sessions = {
            text: session for text, session in self._sessions.items() if session.expires_at > keep
        }

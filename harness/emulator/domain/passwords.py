"""Passwords: what is kept of one, and the lockout after wrong ones."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from harness.emulator import refusals
from harness.srp.group import G, power, private_key_hash

_SECONDS_PER_DAY = 86_400


@dataclass(eq=False)
class PasswordRecord:
    """What is kept of a password: salt and private key x, never the password itself.

    The verifier costs an exponentiation and is worked out when a sign-in by SRP first needs it.

    Attributes:
        prefix, ident: what the password is hashed with: the pool id after ``_`` and the internal
            user name (A163).
        temporary: set by an administrator, to be replaced at the first sign-in.
        set_at: epoch seconds; a temporary password expires some days later (A061).
    """

    prefix: str
    ident: str
    salt: int
    private_key: int = field(repr=False)
    temporary: bool
    set_at: float
    _verifier: int | None = field(default=None, repr=False)

    @property
    def verifier(self) -> int:
        """V = g^x mod N."""
        if self._verifier is None:
            self._verifier = power(G, self.private_key)
        return self._verifier

    def matches(self, password: str) -> bool:
        """Whether this is the password; takes the same time either way."""
        given = private_key_hash(self.prefix, self.ident, password, self.salt)
        return hmac.compare_digest(given.to_bytes(32, "big"), self.private_key.to_bytes(32, "big"))

    def has_expired(self, days: int, now: float) -> bool:
        """Return whether the password is temporary and older than so many days (A061)."""
        return self.temporary and now >= self.set_at + days * _SECONDS_PER_DAY


@dataclass
class Lockout:
    """Wrong passwords of one user: five are free, then each doubles a lock (A132 to A136).

    The n-th failure, from the fifth on, locks for 2^(n-5) seconds, at most 900. Fifteen minutes
    without an attempt after a lock, or a sign-in, start the count again. Whether failures that
    never led to a lock are forgotten as well is not published; here they are, by the same rule.
    """

    FREE = 5
    LONGEST_SECONDS = 900
    QUIET_SECONDS = 900

    failures: int = 0
    locked_until: float = 0.0
    last_attempt: float = 0.0

    def refuse_if_locked(self, now: float) -> None:
        """Refuse every attempt during a lock, even with the right password (A133, A136)."""
        if now < self.locked_until:
            raise refusals.password_attempts_exceeded()
        if now >= max(self.locked_until, self.last_attempt) + self.QUIET_SECONDS:
            self.failures = 0

    def failed(self, now: float) -> None:
        """Count a wrong password or a wrong SRP proof (A137)."""
        self.failures += 1
        self.last_attempt = now
        if self.failures >= self.FREE:
            lock = 2 ** min(self.failures - self.FREE, 10)
            self.locked_until = now + min(lock, self.LONGEST_SECONDS)

    def succeeded(self, now: float) -> None:
        """Note a right password: the count starts again."""
        self.failures = 0
        self.locked_until = 0.0
        self.last_attempt = now

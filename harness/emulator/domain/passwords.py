"""Passwords: their records, and the lockout after wrong ones."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from harness.emulator import refusals
from harness.srp.group import power_of_generator, private_key_hash

_SECONDS_PER_DAY = 86_400


@dataclass(eq=False)
class PasswordRecord:
    """The stored form of a password: salt and private key x, never the password itself.

    The verifier costs an exponentiation, so it is computed when SRP first needs it.

    Attributes:
        prefix: the pool id after ``_``, part of the hash (A163).
        ident: the internal username, part of the hash (A163).
        temporary: whether an administrator set it, to be replaced at the first sign-in.
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
        """The SRP verifier v = g^x mod N."""
        if self._verifier is None:
            self._verifier = power_of_generator(self.private_key)
        return self._verifier

    def matches(self, password: str) -> bool:
        """Return whether this is the password, in the same time either way."""
        given = private_key_hash(self.prefix, self.ident, password, self.salt)
        return hmac.compare_digest(given.to_bytes(32, "big"), self.private_key.to_bytes(32, "big"))

    def has_expired(self, days: int, now: float) -> bool:
        """Return whether the password is temporary and at least ``days`` days old (A061)."""
        return self.temporary and now >= self.set_at + days * _SECONDS_PER_DAY


@dataclass
class Lockout:
    """Counts wrong passwords of one user; from the fifth on, each doubles a lock (A132 to A136).

    The n-th failure, from the fifth on, locks for 2^(n-5) seconds, at most 900. The count starts
    again after a sign-in, or after fifteen minutes without an attempt after a lock. It is not
    published whether the count also restarts if there was no lock; here it does, by the same rule.

    If the clock goes back behind the last attempt, that attempt counts as made now. Otherwise a
    lock would last until the clock is there again.
    """

    FREE = 5
    LONGEST_SECONDS = 900
    QUIET_SECONDS = 900

    failures: int = 0
    locked_until: float = 0.0
    last_attempt: float = 0.0

    def refuse_if_locked(self, now: float) -> None:
        """Refuse every attempt during a lock, even one with the right password (A133, A136)."""
        if self.is_locked(now):
            left = self.locked_until - now
            raise refusals.password_attempts_exceeded().because(
                f"{self.failures} wrong passwords in a row lock the user out for {left:.0f} s more"
            )
        if now >= max(self.locked_until, self.last_attempt) + self.QUIET_SECONDS:
            self.failures = 0

    def is_locked(self, now: float) -> bool:
        """Return whether every attempt is refused."""
        back = self.last_attempt - now
        if back > 0:
            self.last_attempt = now
            self.locked_until = max(self.locked_until - back, 0.0)
        return now < self.locked_until

    def failed(self, now: float) -> None:
        """Count a wrong password or a wrong SRP proof (A137)."""
        self.failures += 1
        self.last_attempt = now
        if self.failures >= self.FREE:
            lock = 2 ** min(self.failures - self.FREE, 10)
            self.locked_until = now + min(lock, self.LONGEST_SECONDS)

    def succeeded(self, now: float) -> None:
        """Record a right password; the count starts again."""
        self.failures = 0
        self.locked_until = 0.0
        self.last_attempt = now

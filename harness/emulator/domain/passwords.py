"""Passwords: the pool's policy, what is kept of a password, its history, and the lock-out."""

from __future__ import annotations

import hmac
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.codes import FORGOT_PASSWORD
from harness.srp.group import G, power, private_key_hash
from harness.srp.server import random_salt

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

#: The characters that count as symbols; a space counts unless it is the first or last (A034).
SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

#: What made-up passwords take symbols from: those that no mail program or shell trips over.
_PLAIN_SYMBOLS = "!#%*+-?@_"

#: The largest PasswordHistorySize (A034).
_LONGEST_HISTORY = 24

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

    def has_expired(self, pool: Pool, now: float) -> bool:
        """Whether it is temporary and older than TemporaryPasswordValidityDays (A061).

        A validity of 0 days is taken as Cognito's default of 7.
        """
        days = pool.password_policy.get("TemporaryPasswordValidityDays") or 7
        return self.temporary and now >= self.set_at + days * _SECONDS_PER_DAY


def make_password(
    engine: Engine, pool: Pool, username: str, password: str, *, temporary: bool
) -> PasswordRecord:
    """Salt and hash a password for a user; the policy is not asked."""
    salt = random_salt(engine.random.bytes)
    private_key = private_key_hash(pool.srp_prefix, username, password, salt)
    now = engine.clock.time()
    return PasswordRecord(pool.srp_prefix, username, salt, private_key, temporary, now)


def check_policy(pool: Pool, password: str, *, by_administrator: bool = False) -> None:
    """Refuse a password that breaks the pool's policy, naming the first reason (A030, A031)."""
    reason = next(_violations(pool.password_policy, password), None)
    if reason is not None:
        raise refusals.invalid_password(reason, by_administrator=by_administrator)


def _violations(policy: Mapping[str, Any], password: str) -> Iterator[str]:
    """Every reason why the policy refuses a password, length first (A031)."""
    if len(password) < int(policy.get("MinimumLength") or 0):
        yield "Password not long enough"
    for requirement, (present, reason) in _CHARACTER_CLASSES.items():
        if policy.get(requirement) and not present(password):
            yield reason


def _contains(alphabet: str) -> Callable[[str], bool]:
    return lambda password: any(character in alphabet for character in password)


#: Only basic Latin letters and digits count.
_CHARACTER_CLASSES: dict[str, tuple[Callable[[str], bool], str]] = {
    "RequireUppercase": (
        _contains(string.ascii_uppercase),
        "Password must have uppercase characters",
    ),
    "RequireLowercase": (
        _contains(string.ascii_lowercase),
        "Password must have lowercase characters",
    ),
    "RequireNumbers": (_contains(string.digits), "Password must have numeric characters"),
    "RequireSymbols": (
        lambda password: _contains(SYMBOLS + " ")(password.strip(" ")),
        "Password must have symbol characters",
    ),
}


def set_password(
    engine: Engine,
    pool: Pool,
    user: User,
    password: str,
    *,
    temporary: bool = False,
    by_administrator: bool = False,
) -> None:
    """Give the user a new password, if policy and history allow it (A030, A035).

    A recovery code that was sent before ends with the old password. A temporary password is
    neither compared with the history nor kept in it: it may equal the permanent one that follows
    (A060).
    """
    check_policy(pool, password, by_administrator=by_administrator)
    if not temporary:
        _check_history(pool, user, password)
    record = make_password(engine, pool, user.username, password, temporary=temporary)
    user.password = record
    user.codes.spend(FORGOT_PASSWORD)
    if not temporary:
        user.password_history = [record, *user.password_history][:_LONGEST_HISTORY]
    user.touch(engine.clock.time())


def _check_history(pool: Pool, user: User, password: str) -> None:
    """Refuse the PasswordHistorySize newest passwords, the present one among them (A035)."""
    size = int(pool.password_policy.get("PasswordHistorySize") or 0)
    if any(record.matches(password) for record in user.password_history[:size]):
        raise refusals.password_history()


def generate_password(engine: Engine, pool: Pool) -> str:
    """Make up a temporary password that the pool's policy accepts (A057)."""
    draw = engine.random.characters
    classes = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _PLAIN_SYMBOLS)
    parts = [draw(2, alphabet) for alphabet in classes]
    rest = int(pool.password_policy.get("MinimumLength") or 8) - sum(map(len, parts))
    return "".join(parts) + draw(max(rest, 0), string.ascii_letters + string.digits)


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

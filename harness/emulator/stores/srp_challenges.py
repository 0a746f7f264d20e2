"""SRP challenges that wait for their proof, by their SECRET_BLOCKs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from harness.emulator import refusals
from harness.srp.group import N, SrpError, signature, to_hex
from harness.srp.server import ServerExchange, check_signature

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.attempt import Attempt
    from harness.emulator.domain.custom_rounds import CustomRounds
    from harness.emulator.domain.devices import TrackedDevice
    from harness.emulator.domain.passwords import PasswordRecord
    from harness.emulator.domain.pools import Pool, UserPoolClient
    from harness.emulator.domain.users import User
    from harness.emulator.stores.sessions import Session

#: The length of a SECRET_BLOCK in bytes, and its first bytes: ``AgV4`` in base64 (D025).
SECRET_BLOCK_BYTES = 1293
_SECRET_BLOCK_PREFIX = bytes.fromhex("020578")
#: Bits of the server's secret exponent b.
SECRET_BITS = 256
_SWEEP_SECONDS = 300
#: Proven SECRET_BLOCKs that are remembered, to say so when one comes again.
_KEPT_SPENT = 100
_PROVEN_BEFORE = "this SECRET_BLOCK was proven before"


@dataclass(eq=False)
class OpenChallenge:
    """One A with its B, waiting for the SRP proof.

    Attributes:
        prefix: the part of the pool id after ``_``, or the device group key.
        ident: the internal username, or the device key.
        client_public: A.
    """

    client: UserPoolClient
    prefix: str
    ident: str
    salt: int
    client_public: int
    exchange: ServerExchange
    expires_at: float
    secret_block: str = field(default="", repr=False)

    @property
    def username(self) -> str:
        """The internal username of the user who has to prove something."""
        return self.ident

    def parameters(self) -> dict[str, str]:
        """Return SALT, SECRET_BLOCK and SRP_B for the ChallengeParameters (D024, D044)."""
        return {
            "SALT": to_hex(self.salt),
            "SECRET_BLOCK": self.secret_block,
            "SRP_B": self.exchange.public_hex,
        }

    def proven_by(self, given_signature: str, timestamp: str) -> bool:
        """Return whether PASSWORD_CLAIM_SIGNATURE is right for a canonical timestamp (D017)."""
        try:
            key = self.exchange.key(self.client_public)
        except SrpError:
            return False
        block = base64.b64decode(self.secret_block)
        expected = signature(key, self.prefix, self.ident, block, timestamp)
        return check_signature(expected, given_signature)


@dataclass(eq=False)
class UserChallenge(OpenChallenge):
    """PASSWORD_VERIFIER of a user, or of a made-up user if the client hides which exist (A101).

    Attributes:
        user: the user; ``None`` for a made-up one.
        record: the password to prove; if it has been replaced, the proof does not count.
        device_key: DEVICE_KEY of InitiateAuth, which counts here too (section D, 6).
        custom: the rounds of a custom sign-in with the password (A180).
        session: the session that the proof has to carry in USER_AUTH (N026).
    """

    user: User | None = None
    record: PasswordRecord | None = None
    device_key: str | None = None
    custom: CustomRounds | None = None
    session: Session | None = None


@dataclass(eq=False)
class DeviceChallenge(OpenChallenge):
    """DEVICE_PASSWORD_VERIFIER of a device, in a sign-in whose first factor is proven."""

    device: TrackedDevice = field(kw_only=True)
    attempt: Attempt = field(kw_only=True)
    session: Session = field(kw_only=True)

    @property
    def username(self) -> str:
        """The internal username of the device's user."""
        return self.session.username


class SrpChallenges:
    """All open challenges, by their SECRET_BLOCKs."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._key = random.bytes(32)
        self._challenges: dict[str, OpenChallenge] = {}
        self._spent: deque[str] = deque(maxlen=_KEPT_SPENT)
        self._lock = Lock()
        self._next_sweep = 0.0

    def open(self, challenge: OpenChallenge, now: float) -> None:
        """Keep a challenge under a new SECRET_BLOCK."""
        filling = self._random.bytes(SECRET_BLOCK_BYTES - len(_SECRET_BLOCK_PREFIX))
        challenge.secret_block = base64.b64encode(_SECRET_BLOCK_PREFIX + filling).decode()
        with self._lock:
            self._sweep(now)
            self._challenges[challenge.secret_block] = challenge

    def find(self, secret_block: str, client: UserPoolClient, now: float) -> OpenChallenge:
        """Return an open challenge of an app client.

        Raises:
            Refusal: the block is tampered with, of another client, expired or spent; the error is
                the same for all (A152, D048, D110).
        """
        challenge = self._challenges.get(secret_block)
        if challenge is None or challenge.client is not client or now >= challenge.expires_at:
            reason = self._why_unusable(secret_block, challenge, now)
            raise refusals.incorrect_username_or_password().because(reason)
        return challenge

    def spend(self, challenge: OpenChallenge) -> None:
        """Remove a proven challenge, so that it cannot be proven again (section D, 5)."""
        with self._lock:
            if self._challenges.pop(challenge.secret_block, None) is None:
                raise refusals.incorrect_username_or_password().because(_PROVEN_BEFORE)
            self._spent.append(challenge.secret_block)

    def _why_unusable(self, block: str, challenge: OpenChallenge | None, now: float) -> str:
        if challenge is None:
            return _PROVEN_BEFORE if block in self._spent else "this SECRET_BLOCK is unknown"
        if now >= challenge.expires_at:
            return f"this SECRET_BLOCK expired {now - challenge.expires_at:.0f} s ago"
        return "this SECRET_BLOCK is of another app client"

    def exchange(self, verifier: int) -> ServerExchange:
        """Return an exchange with a new b and its B."""
        return ServerExchange(verifier, self._random.integer(SECRET_BITS))

    def made_up(self, pool: Pool, name: str, user: User | None = None) -> MadeUpUser:
        """Return stable SRP parameters for a name without a user, or a user without a password.

        A101.

        Args:
            pool: the pool in which the name was looked up.
            name: the name that was sent.
            user: whom it names; their parameters do not depend on the name, and no name that is
                nobody's has the same.
        """
        spelled = pool.users.folded(name)
        named = f"{pool.pool_id} {spelled}" if user is None else f"{pool.pool_id}/{user.sub}"
        return MadeUpUser(self._key, named)

    def exported(self) -> tuple[dict[str, OpenChallenge], bytes]:
        """Return every challenge by its SECRET_BLOCK, and the key of the made-up users."""
        return dict(self._challenges), self._key

    def imported(self, challenges: Mapping[str, OpenChallenge], key: bytes | None) -> None:
        """Replace all challenges, and the key if given, with those that `exported` returned."""
        with self._lock:
            self._challenges = dict(challenges)
            self._key = key or self._key

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Delete the challenges of users of a pool, by their internal usernames."""
        with self._lock:
            self._challenges = {
                block: challenge
                for block, challenge in self._challenges.items()
                if challenge.client.pool.pool_id != pool_id or challenge.username not in usernames
            }

    def clear(self) -> None:
        """Delete every challenge."""
        with self._lock:
            self._challenges.clear()
            self._spent.clear()

    def _sweep(self, now: float) -> None:
        # After the clock went back, the next sweep may be years away.
        if self._next_sweep - _SWEEP_SECONDS <= now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._challenges = {
            block: challenge
            for block, challenge in self._challenges.items()
            if challenge.expires_at > now
        }


class MadeUpUser:
    """The SRP parameters of an unknown user: always the same for the same name."""

    def __init__(self, key: bytes, name: str) -> None:
        digest = hmac.new(key, name.encode(), hashlib.sha512).hexdigest()
        self.salt = int(digest[:32], 16) or 1
        self.verifier = int(digest * 6, 16) % N or 1
        text = digest[32:64]
        self.user_id = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

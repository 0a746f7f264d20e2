"""SRP challenges that wait for their proof, each found by its SECRET_BLOCK."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from harness.emulator import refusals
from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.stores.sessions import Session
from harness.srp.group import N, SrpError, signature, to_hex
from harness.srp.server import ServerExchange, check_signature

#: Bytes of a SECRET_BLOCK, and those that it begins with: ``AgV4`` in base64 (D025).
SECRET_BLOCK_BYTES = 1293
_SECRET_BLOCK_PREFIX = bytes.fromhex("020578")
#: Bits of the server's secret exponent b.
SECRET_BITS = 256


@dataclass(eq=False)
class OpenChallenge:
    """One A with its B, waiting for a proof.

    Attributes:
        prefix, ident: what the proof is made over: pool and user, or device group and device.
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

    def parameters(self) -> dict[str, str]:
        """SALT, SECRET_BLOCK and SRP_B of the ChallengeParameters (D024, D044)."""
        return {
            "SALT": to_hex(self.salt),
            "SECRET_BLOCK": self.secret_block,
            "SRP_B": self.exchange.public_hex,
        }

    def proven_by(self, given_signature: str, timestamp: str) -> bool:
        """Whether PASSWORD_CLAIM_SIGNATURE is right for the canonical timestamp (D017)."""
        try:
            key = self.exchange.key(self.client_public)
        except SrpError:
            return False
        block = base64.b64decode(self.secret_block)
        expected = signature(key, self.prefix, self.ident, block, timestamp)
        return check_signature(expected, given_signature)


@dataclass(eq=False)
class UserChallenge(OpenChallenge):
    """PASSWORD_VERIFIER of a user, or of nobody where the existence of users is hidden (A101).

    Attributes:
        record: the password that is to be proven; a changed one makes the proof worthless.
        device_key: DEVICE_KEY of InitiateAuth, which counts here too (section D, 6).
        custom: the rounds of a custom sign-in that asked for the password (A180).
    """

    user: User | None = None
    record: PasswordRecord | None = None
    device_key: str | None = None
    custom: CustomRounds | None = None


@dataclass(eq=False)
class DeviceChallenge(OpenChallenge):
    """DEVICE_PASSWORD_VERIFIER of a device in a sign-in whose first factor is proven."""

    device: TrackedDevice = field(kw_only=True)
    attempt: Attempt = field(kw_only=True)
    session: Session = field(kw_only=True)


class SrpChallenges:
    """All challenges that could still be answered, by their SECRET_BLOCKs."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._key = random.bytes(32)
        self._challenges: dict[str, OpenChallenge] = {}
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
        """Return a challenge that may be answered.

        Tampered, foreign, expired and spent blocks are one and the same to the caller (A152,
        D048, D110).
        """
        challenge = self._challenges.get(secret_block)
        if challenge is None or challenge.client is not client or now >= challenge.expires_at:
            raise refusals.incorrect_username_or_password()
        return challenge

    def spend(self, challenge: OpenChallenge) -> None:
        """Let a proven challenge never be answered again (section D, 5)."""
        with self._lock:
            if self._challenges.pop(challenge.secret_block, None) is None:
                raise refusals.incorrect_username_or_password()

    def exchange(self, verifier: int) -> ServerExchange:
        """Draw b and work out B."""
        return ServerExchange(verifier, self._random.integer(SECRET_BITS))

    def made_up(self, pool: Pool, name: str) -> MadeUpUser:
        """Stable SRP parameters for a name that is nobody's (A101)."""
        return MadeUpUser(self._key, f"{pool.pool_id} {name}")

    def exported(self) -> tuple[dict[str, OpenChallenge], bytes]:
        """Return every challenge by its SECRET_BLOCK, and the key of the made-up users."""
        return dict(self._challenges), self._key

    def restore(self, challenges: Mapping[str, OpenChallenge], key: bytes | None) -> None:
        """Replace all challenges, and the key where there is one, by what `exported` gave."""
        with self._lock:
            self._challenges = dict(challenges)
            self._key = key or self._key

    def clear(self) -> None:
        """Drop every challenge."""
        with self._lock:
            self._challenges.clear()

    def _sweep(self, now: float) -> None:
        if now < self._next_sweep:
            return
        self._next_sweep = now + 300
        self._challenges = {
            block: challenge
            for block, challenge in self._challenges.items()
            if challenge.expires_at > now
        }


class MadeUpUser:
    """What the challenge of an unknown user shows: the same whenever it is asked for."""

    def __init__(self, key: bytes, name: str) -> None:
        digest = hmac.new(key, name.encode(), hashlib.sha512).hexdigest()
        self.salt = int(digest[:32], 16) or 1
        self.verifier = int(digest * 6, 16) % N or 1
        text = digest[32:64]
        self.user_id = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

"""Sign-ins that gave tokens: what refresh and access tokens are checked against."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.users import User

#: ``{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}``: what real refresh tokens begin with (A254).
_JWE_HEADER = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"
#: Encrypted key, initialisation vector, ciphertext and tag of such a token, in bytes.
_JWE_PARTS = (256, 12, 900, 16)
#: How long an expired refresh token is still told apart from garbage (A262), in seconds. Longer
#: than any access token lives (A256), so that with its last refresh token a grant can go.
_KEPT_SECONDS = 30 * 86_400
_SWEEP_SECONDS = 3_600


@dataclass(eq=False)
class Grant:
    """One sign-in that led to tokens, and all that was refreshed from it.

    Attributes:
        origin_jti: in all its tokens (A250).
        event_id: in all its tokens as well, also where origin_jti is left out (A251).
        device_key: the device of the sign-in; ``None`` where the pool tracked none.
        auth_time: epoch seconds of the sign-in, not of a refresh (A252).
    """

    origin_jti: str
    event_id: str
    user: User
    client_id: str
    device_key: str | None
    auth_time: int
    revoked: bool = False


@dataclass(eq=False)
class RefreshToken:
    """A refresh token of a grant; rotation makes several of one grant (A265).

    Attributes:
        rotated_at: when a newer one took its place, ``None`` while it is the newest.
    """

    grant: Grant
    expires_at: float
    rotated_at: float | None = None


class GrantBook:
    """The grants of one pool, found by token or user in constant time.

    Of a refresh token only the digest is kept, and nothing for ever: a grant is forgotten once
    all its refresh tokens have long expired.
    """

    def __init__(self) -> None:
        self._by_event: dict[str, Grant] = {}
        self._by_user: dict[str, list[Grant]] = {}
        self._refresh_tokens: dict[bytes, RefreshToken] = {}
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._by_event)

    def add(self, grant: Grant) -> None:
        """Keep a new grant."""
        self._by_event[grant.event_id] = grant
        self._by_user.setdefault(grant.user.sub, []).append(grant)

    def by_event(self, event_id: object) -> Grant | None:
        """The grant whose tokens carry that ``event_id``."""
        return self._by_event.get(event_id) if isinstance(event_id, str) else None

    def of_user(self, user: User) -> list[Grant]:
        """The user's grants that were not revoked by `revoke_all`."""
        return list(self._by_user.get(user.sub, ()))

    def revoke_all(self, user: User) -> None:
        """Revoke every grant of a user (A271)."""
        user.sign_outs += 1
        for grant in self._by_user.pop(user.sub, ()):
            grant.revoked = True

    def issue_refresh_token(self, token: RefreshToken, random: Randomness, now: float) -> str:
        """Keep a refresh token and return the opaque text that stands for it (A254)."""
        parts = [base64.urlsafe_b64encode(random.bytes(size)) for size in _JWE_PARTS]
        text = ".".join([_JWE_HEADER, *(part.rstrip(b"=").decode() for part in parts)])
        self._refresh_tokens[_digest(text)] = token
        self._sweep(now)
        return text

    def refresh_token(self, text: str) -> RefreshToken | None:
        """The refresh token that a text stands for."""
        return self._refresh_tokens.get(_digest(text))

    def _sweep(self, now: float) -> None:
        """Forget what expired long ago, and the grants that nothing leads to any more."""
        if now < self._next_sweep:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._refresh_tokens = {
            digest: token
            for digest, token in self._refresh_tokens.items()
            if token.expires_at > now - _KEPT_SECONDS
        }
        alive = {token.grant for token in self._refresh_tokens.values()}
        self._by_event = {name: grant for name, grant in self._by_event.items() if grant in alive}
        of_users = {
            sub: [grant for grant in grants if grant in alive]
            for sub, grants in self._by_user.items()
        }
        self._by_user = {sub: grants for sub, grants in of_users.items() if grants}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

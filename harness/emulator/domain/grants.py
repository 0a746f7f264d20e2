"""Grants: the sign-ins behind refresh and access tokens."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from harness.emulator.core.randomness import Randomness
from harness.emulator.domain.users import User

#: ``{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}``, the start of real refresh tokens (A254).
_JWE_HEADER = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"
#: Bytes of the encrypted key, initialization vector, ciphertext and tag of such a token.
_JWE_PARTS = (256, 12, 900, 16)
#: Seconds for which an expired refresh token still gets its own error (A262). Longer than any
#: access token lives (A256), so that a grant can be deleted with its last refresh token.
_KEPT_SECONDS = 30 * 86_400
_SWEEP_SECONDS = 3_600
#: A pool keeps this many refresh tokens however long they have expired: a test may go years ahead
#: and come back, and expects to find the tokens from before.
KEPT_TOKENS = 1_000


@dataclass(eq=False)
class Grant:
    """One sign-in that issued tokens, and everything refreshed from them.

    Attributes:
        origin_jti: the claim in all its tokens (A250).
        event_id: the claim in all its tokens, even in those without origin_jti (A251).
        device_key: the device of the sign-in; ``None`` if the pool did not track devices.
        auth_time: epoch seconds of the sign-in, not of a refresh (A252).
        scopes: the scopes of its access tokens; ``None`` for a sign-in through the API, which has
            no choice (A246).
        from_pages: whether it was a sign-in on the pages of managed login (H058, H081).
        audience: the ``resource`` that its access tokens are for (H038).
    """

    origin_jti: str
    event_id: str
    user: User
    client_id: str
    device_key: str | None
    auth_time: int
    revoked: bool = False
    scopes: tuple[str, ...] | None = None
    from_pages: bool = False
    audience: str | None = None


@dataclass(eq=False)
class RefreshToken:
    """A refresh token of a grant; with rotation a grant has several (A265).

    Attributes:
        rotated_at: when a newer token replaced it; ``None`` while it is the newest.
    """

    grant: Grant
    expires_at: float
    rotated_at: float | None = None


class GrantBook:
    """The grants of one pool, found by token or user in constant time.

    Only the digest of a refresh token is kept. If there are many, a grant is deleted once all its
    refresh tokens have long expired, or long after its sign-in if it never had one.
    """

    def __init__(self) -> None:
        self._by_event: dict[str, Grant] = {}
        self._by_user: dict[str, list[Grant]] = {}
        self._refresh_tokens: dict[bytes, RefreshToken] = {}
        self._next_sweep = 0.0

    def __len__(self) -> int:
        return len(self._by_event)

    def add(self, grant: Grant) -> None:
        """Add a new grant."""
        self._by_event[grant.event_id] = grant
        self._by_user.setdefault(grant.user.sub, []).append(grant)

    def by_event(self, event_id: object) -> Grant | None:
        """Return the grant whose tokens carry that ``event_id``."""
        return self._by_event.get(event_id) if isinstance(event_id, str) else None

    def of_user(self, user: User) -> list[Grant]:
        """Return the user's grants that `revoke_all` has not revoked."""
        return list(self._by_user.get(user.sub, ()))

    def revoke_all(self, user: User) -> None:
        """Revoke every grant of a user (A271)."""
        user.sign_outs += 1
        for grant in self._by_user.pop(user.sub, ()):
            grant.revoked = True

    def forget(self, user: User) -> None:
        """Delete the grants of a user, whose tokens then are unknown."""
        self._by_user.pop(user.sub, None)
        for event_id in [name for name, grant in self._by_event.items() if grant.user is user]:
            del self._by_event[event_id]
        for digest in [
            key for key, token in self._refresh_tokens.items() if token.grant.user is user
        ]:
            del self._refresh_tokens[digest]

    def issue_refresh_token(self, token: RefreshToken, random: Randomness, now: float) -> str:
        """Add a refresh token and return its opaque text (A254)."""
        parts = [base64.urlsafe_b64encode(random.bytes(size)) for size in _JWE_PARTS]
        text = ".".join([_JWE_HEADER, *(part.rstrip(b"=").decode() for part in parts)])
        self._refresh_tokens[_digest(text)] = token
        self._sweep(now)
        return text

    def refresh_token(self, text: str) -> RefreshToken | None:
        """Return the refresh token with that text."""
        return self._refresh_tokens.get(_digest(text))

    def exported(self) -> dict[str, Any]:
        """Return copies of the attributes that a state keeps, by name; the grants are the same."""
        return {
            "_by_event": dict(self._by_event),
            "_by_user": {sub: list(grants) for sub, grants in self._by_user.items()},
            "_refresh_tokens": dict(self._refresh_tokens),
            "_next_sweep": self._next_sweep,
        }

    def _sweep(self, now: float) -> None:
        """Delete tokens that expired long ago, and grants without a refresh token."""
        # After the clock went back, the next sweep may be years away.
        is_swept = self._next_sweep - _SWEEP_SECONDS <= now < self._next_sweep
        if is_swept or len(self._refresh_tokens) <= KEPT_TOKENS:
            return
        self._next_sweep = now + _SWEEP_SECONDS
        self._refresh_tokens = {
            digest: token
            for digest, token in self._refresh_tokens.items()
            if token.expires_at > now - _KEPT_SECONDS
        }
        alive = {token.grant for token in self._refresh_tokens.values()}
        # The implicit flow gives no refresh token (H022), yet an access token that lives for a day.
        alive |= {
            grant for grant in self._by_event.values() if grant.auth_time > now - _KEPT_SECONDS
        }
        self._by_event = {name: grant for name, grant in self._by_event.items() if grant in alive}
        of_users = {
            sub: [grant for grant in grants if grant in alive]
            for sub, grants in self._by_user.items()
        }
        self._by_user = {sub: grants for sub, grants in of_users.items() if grants}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

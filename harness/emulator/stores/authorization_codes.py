"""Authorization codes: what a sign-in on the pages gives to the app, once (H021)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.core.randomness import Randomness
    from harness.emulator.domain.authorize_request import AuthorizeRequest
    from harness.emulator.domain.token_overrides import ClaimsOverride
    from harness.emulator.domain.users import User

__all__ = ["AuthorizationCode", "AuthorizationCodes"]

#: A code lives five minutes (H021).
LIFETIME_SECONDS = 300


@dataclass(eq=False)
class AuthorizationCode:
    """What a code stands for.

    Attributes:
        authorize: the request of the app, to which the code is bound: app client, redirect_uri,
            code_challenge, scopes and nonce.
        auth_time: epoch seconds of the sign-in, for the tokens.
        expires_at: epoch seconds.
        sign_outs: the user's number of global sign-outs when the code was given.
        used: whether it was exchanged.
        override: the changes of PreTokenGeneration to its tokens, which ran before the code was
            given; ``None`` without a handler.
    """

    pool_id: str
    user: User
    authorize: AuthorizeRequest
    auth_time: int
    expires_at: float
    sign_outs: int = 0
    used: bool = False
    override: ClaimsOverride | None = field(default=None, repr=False)


class AuthorizationCodes:
    """The codes by their texts; used ones are kept until they expire."""

    def __init__(self, random: Randomness) -> None:
        self._random = random
        self._codes: dict[str, AuthorizationCode] = {}
        self._lock = Lock()

    def issue(
        self,
        pool_id: str,
        user: User,
        authorize: AuthorizeRequest,
        auth_time: int,
        now: float,
        override: ClaimsOverride | None = None,
    ) -> str:
        """Keep a new code and return its text, a UUID of version 4 (H021)."""
        text = self._random.uuid()
        code = AuthorizationCode(
            pool_id,
            user,
            authorize,
            auth_time,
            expires_at=now + LIFETIME_SECONDS,
            sign_outs=user.sign_outs,
            override=override,
        )
        with self._lock:
            self._codes = {key: kept for key, kept in self._codes.items() if now < kept.expires_at}
            self._codes[text] = code
        return text

    def known(self, text: str) -> AuthorizationCode | None:
        """Return a code, also one that is used or has expired, as far as it is still kept."""
        return self._codes.get(text)

    def exported(self) -> dict[str, AuthorizationCode]:
        """Return every code by its text, to be saved."""
        return dict(self._codes)

    def imported(self, kept: Mapping[str, AuthorizationCode]) -> None:
        """Replace every code by those that `exported` returned."""
        with self._lock:
            self._codes = dict(kept)

    def forget(self, pool_id: str, usernames: Collection[str]) -> None:
        """Delete the codes of users."""
        with self._lock:
            self._codes = {
                text: code
                for text, code in self._codes.items()
                if code.pool_id != pool_id or code.user.username not in usernames
            }

    def clear(self) -> None:
        """Delete every code."""
        with self._lock:
            self._codes.clear()

"""The two ways to get new tokens with a refresh token."""

from __future__ import annotations

from typing import Protocol

from harness import Actions, Tokens, exchange_refresh_token, refresh


class Renewal(Protocol):
    """Gets new tokens with the refresh token in ``tokens``."""

    def __call__(
        self, actions: Actions, tokens: Tokens, *, device_key: str | None = None
    ) -> Tokens:
        """Return the new tokens."""
        ...


#: REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken.
WAYS_TO_RENEW: tuple[Renewal, ...] = (refresh, exchange_refresh_token)

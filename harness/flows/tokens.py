"""The tokens of a sign-in, what is written in them, and how they are renewed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import UnexpectedResult
from harness.flows.actions import Actions
from harness.redaction import Secret

__all__ = ["Tokens", "exchange_refresh_token", "refresh", "unverified_claims"]


@dataclass(frozen=True)
class Tokens:
    """AuthenticationResult of a sign-in; ``expires_in`` is in seconds."""

    access: Secret
    id: Secret
    refresh: Secret
    expires_in: int

    @classmethod
    def from_result(cls, result: Mapping[str, Any], *, keep: Secret | None = None) -> Tokens:
        """Read AuthenticationResult.

        Args:
            result: the member of that name.
            keep: the refresh token that stays valid where none is given: renewing without
                rotation gives no new one (A260).

        Raises:
            UnexpectedResult: a token is missing.
        """
        renewed = result.get("RefreshToken")
        refresh_token = keep if renewed is None else Secret(renewed)
        missing = [name for name in ("AccessToken", "IdToken") if name not in result]
        if refresh_token is None:
            missing.append("RefreshToken")
        if missing or refresh_token is None:
            raise UnexpectedResult(f"AuthenticationResult has no {', '.join(missing)}")
        return cls(
            access=Secret(result["AccessToken"]),
            id=Secret(result["IdToken"]),
            refresh=refresh_token,
            expires_in=int(result.get("ExpiresIn", 0)),
        )

    @property
    def username(self) -> str:
        """The internal user name, as the access token gives it (A245)."""
        return str(unverified_claims(self.access)["username"])


def unverified_claims(token: Secret) -> dict[str, Any]:
    """Return the claims of a JSON web token as they are written in it.

    Nothing is verified: use it to look at a token, never to trust one.

    Raises:
        UnexpectedResult: the text is no JSON web token.
    """
    parts = token.reveal().split(".")
    try:
        _, payload, _ = parts
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        # Without the cause: its text could repeat the token.
        raise UnexpectedResult("a token is no signed JSON web token") from None
    if not isinstance(claims, dict):
        raise UnexpectedResult("the payload of a token is no JSON object")
    return claims


def refresh(
    actions: Actions,
    tokens: Tokens,
    *,
    device_key: str | None = None,
    username: str | None = None,
) -> Tokens:
    """Renew the tokens by InitiateAuth with REFRESH_TOKEN_AUTH.

    Args:
        actions: of the app client that got the tokens.
        tokens: their refresh token is used, and stays the same.
        device_key: of the confirmed device of the sign-in, required where devices are tracked
            (A264, D115 to D117).
        username: the internal name SECRET_HASH is made over (A122), read from the access token
            when it is needed and not given.
    """
    parameters = {"REFRESH_TOKEN": tokens.refresh.reveal()}
    if device_key is not None:
        parameters["DEVICE_KEY"] = device_key
    if username is None and actions.app.client_secret is not None:
        username = tokens.username
    answer = actions.initiate_auth("REFRESH_TOKEN_AUTH", parameters, secret_hash_for=username)
    return Tokens.from_result(answer["AuthenticationResult"], keep=tokens.refresh)


def exchange_refresh_token(
    actions: Actions, tokens: Tokens, *, device_key: str | None = None
) -> Tokens:
    """Renew the tokens by GetTokensFromRefreshToken; with rotation the refresh token changes."""
    answer = actions.get_tokens_from_refresh_token(tokens.refresh, device_key=device_key)
    return Tokens.from_result(answer["AuthenticationResult"], keep=tokens.refresh)

"""The tokens of a sign-in: their claims, and how to refresh them."""

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
            result: the member AuthenticationResult.
            keep: refresh token to use if the result has none: without rotation, a refresh returns
                no new one (A260).

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
        """The internal username, from the access token (A245)."""
        return str(unverified_claims(self.access)["username"])


def unverified_claims(token: Secret) -> dict[str, Any]:
    """Return the claims of a JSON web token without verifying it.

    Use them to look at a token, never to trust one.

    Raises:
        UnexpectedResult: the text is not a JSON web token.
    """
    parts = token.reveal().split(".")
    try:
        _, payload, _ = parts
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        # The cause is left out, since its text could repeat the token.
        raise UnexpectedResult("a token is not a signed JSON web token") from None
    if not isinstance(claims, dict):
        raise UnexpectedResult("the payload of a token is not a JSON object")
    return claims


def refresh(
    actions: Actions,
    tokens: Tokens,
    *,
    device_key: str | None = None,
    username: str | None = None,
) -> Tokens:
    """Refresh the tokens by InitiateAuth with REFRESH_TOKEN_AUTH.

    Args:
        actions: operations of the app client that got the tokens.
        tokens: have the refresh token to use, which stays the same.
        device_key: key of the confirmed device of the sign-in; pools that track devices require it
            (A264, D115 to D117).
        username: internal username for SECRET_HASH (A122); by default read from the access token.
    """
    parameters = {"REFRESH_TOKEN": tokens.refresh.reveal()}
    if device_key is not None:
        parameters["DEVICE_KEY"] = device_key
    if username is None and actions.app.client_secret is not None:
        username = tokens.username
    response = actions.initiate_auth("REFRESH_TOKEN_AUTH", parameters, secret_hash_for=username)
    return Tokens.from_result(response["AuthenticationResult"], keep=tokens.refresh)


def exchange_refresh_token(
    actions: Actions, tokens: Tokens, *, device_key: str | None = None
) -> Tokens:
    """Refresh the tokens by GetTokensFromRefreshToken; with rotation the refresh token changes."""
    response = actions.get_tokens_from_refresh_token(tokens.refresh, device_key=device_key)
    return Tokens.from_result(response["AuthenticationResult"], keep=tokens.refresh)

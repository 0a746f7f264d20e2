"""The two ways to refresh tokens: by flow and by operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.support.walker import Walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = (NOT_AUTHORIZED, "Invalid Refresh Token")

Refresh = Callable[..., dict[str, Any]]


def by_flow(walker: Walker, token: str, device_key: str | None = None) -> dict[str, Any]:
    """Refresh by REFRESH_TOKEN_AUTH."""
    answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, DEVICE_KEY=device_key)
    assert answer["ChallengeParameters"] == {}
    return tokens_of(answer)


def by_operation(walker: Walker, token: str, device_key: str | None = None) -> dict[str, Any]:
    """Refresh by GetTokensFromRefreshToken."""
    params = {"ClientId": walker.client_id, "RefreshToken": token}
    if device_key is not None:
        params["DeviceKey"] = device_key
    answer = walker.call("GetTokensFromRefreshToken", **params)
    assert set(answer) == {"AuthenticationResult"}
    return dict(answer["AuthenticationResult"])

"""Which user a call is about, as far as a client can tell: Cognito limits the calls per user.

A user has several names, and some calls name them by a session or a token alone. So the responses
are read too: they say which user a name, a session or a refresh token belongs to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

__all__ = ["QuotaUsers"]

_KEPT = 50_000
_NAMES = ("USER_ID_FOR_SRP", "USERNAME")


class QuotaUsers:
    """Tells the users of calls apart, without keeping a name, a session or a token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, str] = OrderedDict()

    def of_call(self, parameters: Mapping[str, Any]) -> str | None:
        """Return a short text that stands for the user of a call, or ``None`` without a user."""
        named = _name_in(parameters) or _claimed(parameters.get("AccessToken"))
        if named is not None:
            return self._recall(named) or _digest(named)
        for held in _held_by(parameters):
            known = self._recall(held)
            if known is not None:
                return known
        return None

    def learn(
        self, user: str | None, parameters: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> None:
        """Remember what a response says about a user.

        Args:
            user: what `of_call` returned for the call.
            parameters: members of the request.
            answer: members of the response.
        """
        found = _name_of(answer)
        user = _digest(found) if found is not None else user
        if user is None:
            return
        result = answer.get("AuthenticationResult") or {}
        given = _name_in(parameters)
        self._remember(given if given != found else None, user)
        self._remember(answer.get("Session"), user)
        self._remember(result.get("RefreshToken"), user)

    def _recall(self, text: str) -> str | None:
        with self._lock:
            return self._known.get(hash(text))

    def _remember(self, text: str | None, user: str) -> None:
        if not text:
            return
        with self._lock:
            self._known[hash(text)] = user
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)


def _name_in(parameters: Mapping[str, Any]) -> str | None:
    inner = parameters.get("AuthParameters") or parameters.get("ChallengeResponses") or {}
    name = parameters.get("Username") or inner.get("USERNAME")
    return str(name) if name else None


def _held_by(parameters: Mapping[str, Any]) -> list[str]:
    inner = parameters.get("AuthParameters") or {}
    held = (
        parameters.get("Session"),
        parameters.get("RefreshToken"),
        inner.get("REFRESH_TOKEN"),
        inner.get("REFRESH_TOKEN_AUTH"),
    )
    return [str(text) for text in held if text]


def _name_of(answer: Mapping[str, Any]) -> str | None:
    """Return the username that a response names; every other name of the user leads to it."""
    result = answer.get("AuthenticationResult") or {}
    parameters = answer.get("ChallengeParameters") or {}
    for name in _NAMES:
        if parameters.get(name):
            return str(parameters[name])
    user = answer.get("User")
    made = user.get("Username") if isinstance(user, Mapping) else None
    return str(made) if made else _claimed(result.get("AccessToken"))


def _claimed(token: object) -> str | None:
    """Return the username in an access token, whoever has signed it."""
    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    name = claims.get("username") if isinstance(claims, dict) else None
    return name if isinstance(name, str) else None


def _digest(name: str) -> str:
    # Names go into a file that other runs read.
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:12]

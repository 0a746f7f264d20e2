"""Live values of a populated emulator, and placeholders for them in generated requests.

Tokens, sessions and codes exist only while an example runs, so a generated request contains
placeholders for them. Placeholders are also easier to read in the report of a failing example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LiveValue:
    """A placeholder for one of the live values of a kind at the time when the request is sent.

    Negative numbers count from the newest.
    """

    kind: str
    number: int


#: Members of responses that later requests may use, and the kind of value that each is.
_LEARNT = {
    "AccessToken": "AccessToken",
    "IdToken": "AccessToken",
    "RefreshToken": "RefreshToken",
    "Session": "Session",
    "SECRET_BLOCK": "SecretBlock",
    "SecretCode": "SecretCode",
    "DeviceKey": "DeviceKey",
    "NextToken": "PageToken",
    "PaginationToken": "PageToken",
    "UserSub": "Username",
    "Id": "UserPoolId",
    "ClientId": "ClientId",
}


class LiveValues:
    """Live values by kind, in the order of appearance; the values numbered 0 belong together."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}

    def add(self, kind: str, *values: str) -> None:
        """Add values of a kind."""
        self._values.setdefault(kind, []).extend(values)

    def learn(self, answer: Any) -> None:
        """Add every value of a response that later requests may use."""
        if isinstance(answer, Mapping):
            for name, value in answer.items():
                if name in _LEARNT and isinstance(value, str):
                    self.add(_LEARNT[name], value)
                self.learn(value)
        elif isinstance(answer, list):
            for item in answer:
                self.learn(item)

    def value(self, held: LiveValue) -> str:
        """Return the value for a placeholder; a plain word if there is no value of that kind."""
        values = self._values.get(held.kind) or [f"no-{held.kind}"]
        return values[held.number % len(values)]

    def fill(self, request: Any) -> Any:
        """Return the request with values in place of all placeholders."""
        if isinstance(request, LiveValue):
            return self.value(request)
        if isinstance(request, dict):
            return {key: self.fill(item) for key, item in request.items()}
        if isinstance(request, list):
            return [self.fill(item) for item in request]
        return request

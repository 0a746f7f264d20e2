"""Values that mean something to a populated_engine emulator, and their stand-ins in generated requests.

Tokens, sessions and codes come out of the emulator while an example runs, so a generated request
holds stand-ins for them, which also read better where an example fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LiveValue:
    """Stands for one of the values of a kind that the live holds when the request is sent.

    Negative numbers count from the newest.
    """

    kind: str
    number: int


#: Members of answers that later requests may name, and the kind of value that each is.
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
    """Live values by kind in the order in which they came; what is numbered 0 fits together."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}

    def add(self, kind: str, *values: str) -> None:
        """Hold further values of a kind."""
        self._values.setdefault(kind, []).extend(values)

    def learn(self, answer: Any) -> None:
        """Hold what an answer has that later requests may name."""
        if isinstance(answer, Mapping):
            for name, value in answer.items():
                if name in _LEARNT and isinstance(value, str):
                    self.add(_LEARNT[name], value)
                self.learn(value)
        elif isinstance(answer, list):
            for item in answer:
                self.learn(item)

    def value(self, held: LiveValue) -> str:
        """The value that a stand-in stands for; a kind that is not held gives a plain word."""
        values = self._values.get(held.kind) or [f"no-{held.kind}"]
        return values[held.number % len(values)]

    def fill(self, request: Any) -> Any:
        """The request with values in place of all stand-ins."""
        if isinstance(request, LiveValue):
            return self.value(request)
        if isinstance(request, dict):
            return {key: self.fill(item) for key, item in request.items()}
        if isinstance(request, list):
            return [self.fill(item) for item in request]
        return request

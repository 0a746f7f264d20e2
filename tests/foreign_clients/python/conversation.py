"""The drivers' end of the conversation: one JSON object per line, in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

__all__ = ["Refused", "Settings", "converse"]


class Refused(Exception):
    """Cognito refused; ``code`` is the error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Settings:
    """Which pool a client uses, and for whom."""

    endpoint: str
    region: str
    user_pool_id: str
    client_id: str
    username: str
    email: str
    phone_number: str


def converse(make_client: Callable[[Settings], Any]) -> None:
    """Run the commands from stdin until it ends: each is a method of the client.

    A method returns its outcome, or a mapping with the outcome and what else was found.
    """
    client: Any = None
    for line in sys.stdin:
        given = json.loads(line)
        verb = given.pop("do")
        if verb == "start":
            client = make_client(Settings(**given))
            answer: Any = "done"
        else:
            answer = _outcome(partial(getattr(client, verb), **given))
        found: Mapping[str, Any] = {"outcome": answer} if isinstance(answer, str) else answer
        print(json.dumps(found), flush=True)


def _outcome(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Refused as refused:
        return f"refused: {refused.code}"

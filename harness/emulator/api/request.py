"""A request: its caller, its parameters, the user it names, and the current call."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from harness.emulator import refusals

Action: TypeAlias = Callable[[], None]

#: moto's account for access keys that do not belong to another one.
ACCOUNT = "123456789012"
_SDK = re.compile(r"aws-sdk(?:-[\w.]+)*")


@dataclass(frozen=True)
class Caller:
    """What the response depends on about the sender of a request."""

    account: str = ACCOUNT
    region: str = "us-east-1"
    partition: str = "aws"
    source_ip: str = "127.0.0.1"
    user_agent: str = ""

    @property
    def sdk(self) -> str:
        """The AWS SDK in the user agent; devices and triggers show it (section D, 28)."""
        found = _SDK.search(self.user_agent)
        return found.group() if found else "aws-sdk-unknown-unknown"


@dataclass
class Request:
    """One call of one operation: its validated JSON members and its caller."""

    operation: str
    params: dict[str, Any] = field(repr=False)
    caller: Caller = field(default_factory=Caller)


class Parameters(dict[str, str]):
    """AuthParameters or ChallengeResponses without null and empty members (D086)."""

    @classmethod
    def given(cls, members: Mapping[str, str | None] | None) -> Parameters:
        """Read the member of a request; an absent one counts as empty."""
        return cls({name: value for name, value in (members or {}).items() if value})

    def required(self, *names: str) -> list[str]:
        """Return these members in order.

        Raises:
            Refusal: a member is missing; the text names the first one (A117).
        """
        for name in names:
            if name not in self:
                raise refusals.missing_required_parameter(name)
        return [self[name] for name in names]


def name_in(params: Mapping[str, Any]) -> str | None:
    """Return the username in a request: its own member, or one of its parameter maps."""
    name = params.get("Username")
    for members in ("AuthParameters", "ChallengeResponses"):
        found = params.get(members)
        if not name and isinstance(found, dict):
            name = found.get("USERNAME")
    return name if name and isinstance(name, str) else None


def claimed_by(token: str | None) -> dict[str, str]:
    """Return the username and the pool in an access token, without checking its signature."""
    try:
        content = (token or "").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return {"username": str(claims["username"]), "pool": str(claims["iss"]).rsplit("/", 1)[-1]}
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return {}


@dataclass
class CurrentCall:
    """The operation that runs now, and the actions that wait for its end."""

    request: Request
    afterwards: list[Action] = field(default_factory=list)


_CURRENT: ContextVar[CurrentCall | None] = ContextVar("harness_emulator_call", default=None)


@contextmanager
def under_way(request: Request) -> Iterator[CurrentCall]:
    """Make this the current call inside the block, and run its waiting actions afterwards.

    Calls can be nested: a handler may call the emulator inside the call that runs its trigger.
    """
    call = CurrentCall(request)
    token = _CURRENT.set(call)
    try:
        yield call
    finally:
        _CURRENT.reset(token)
        for action in call.afterwards:
            action()


def current_request() -> Request | None:
    """Return the request of the innermost current call, or ``None`` outside of any call."""
    call = _CURRENT.get()
    return call.request if call else None


def afterwards(action: Action) -> None:
    """Run an action when the current call has ended, with or without an error.

    By then the call holds no lock. Outside of any call the action runs at once.
    """
    call = _CURRENT.get()
    if call is None:
        action()
    else:
        call.afterwards.append(action)

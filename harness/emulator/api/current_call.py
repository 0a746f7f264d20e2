"""The operation under way, for what happens deep inside it: messages and triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from harness.emulator.engine import Request

Action: TypeAlias = Callable[[], None]


@dataclass
class Call:
    """One operation under way, and what is put off until it has ended."""

    request: Request
    afterwards: list[Action] = field(default_factory=list)


_CURRENT: ContextVar[Call | None] = ContextVar("harness_emulator_call", default=None)


@contextmanager
def under_way(request: Request) -> Iterator[Call]:
    """Make this the current call inside the block; what was put off is done behind it.

    Calls can be nested: a trigger's own calls happen inside the call that it takes part in.
    """
    call = Call(request)
    token = _CURRENT.set(call)
    try:
        yield call
    finally:
        _CURRENT.reset(token)
        for action in call.afterwards:
            action()


def current_request() -> Request | None:
    """The request of the innermost call under way; none outside of all operations."""
    call = _CURRENT.get()
    return call.request if call else None


def afterwards(action: Action) -> None:
    """Do something when the current call has ended, well or badly, and holds no lock any more."""
    call = _CURRENT.get()
    if call is None:
        action()
    else:
        call.afterwards.append(action)

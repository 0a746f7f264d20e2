"""The calls of late, for people to look at: who asked for what, and why it was refused.

What a call carried is not kept but for the pool and the user that it names.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.clock import stopwatch
from harness.redaction import MASK, Redactor, redact

from .quota_subject import claimed_by, name_in

if TYPE_CHECKING:
    from .engine import Engine
    from .refusals import Refusal

#: So many calls are kept, and so much of a name or of a text that quotes what was sent.
KEPT_CALLS = 200
_LONGEST_NAME = 128
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Call:
    """One call that was answered.

    at: when it came, in epoch seconds by the emulator's clock; milliseconds: how long it took.
    pool_id, username: what the call names, known or not; ``None`` where it names nobody.
    code, text: the error; empty where there is none.
    """

    number: int
    at: float
    operation: str
    pool_id: str | None
    username: str | None
    status: int
    code: str
    text: str
    milliseconds: float


class Journal:
    """The newest calls of one engine."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._numbers = itertools.count(1)

    def begin(self, engine: Engine, operation: str) -> Entry:
        """Note that a call has come; it is kept once it has ended."""
        return Entry(self, engine, operation)

    def keep(self, call: Call) -> None:
        """Keep a call, and forget the oldest one where there are many."""
        self._calls.append(call)

    def next_number(self) -> int:
        """The number of the call that ends now."""
        return next(self._numbers)

    def newest(self, count: int) -> list[Call]:
        """The newest calls, newest first."""
        return list(self._calls)[: -count - 1 : -1]

    def clear(self) -> None:
        """Forget every call."""
        self._calls.clear()


class Entry:
    """A call on its way."""

    def __init__(self, journal: Journal, engine: Engine, operation: str) -> None:
        self._journal = journal
        self._engine = engine
        self._operation = operation[:_LONGEST_NAME]
        self._at = engine.clock.time()
        self._elapsed = stopwatch()
        self._params: Any = None
        self._pool_id: str | None = None
        self._username: str | None = None

    def asked(self, params: Any) -> None:
        """Take what was sent, valid or not; sessions are looked up before they are spent."""
        if isinstance(params, Mapping):
            self._params = params
            self._pool_id, self._username = _named(self._engine, params)

    def end(self, status: int, refusal: Refusal | None = None) -> None:
        """Keep the call with what became of it."""
        text = _without_secrets(refusal.message, self._params) if refusal else ""
        call = Call(
            self._journal.next_number(),
            self._at,
            self._operation,
            self._pool_id,
            self._username,
            status,
            refusal.code if refusal else "",
            text,
            self._elapsed() * 1000,
        )
        self._journal.keep(call)


def _named(engine: Engine, params: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Pool and user by whatever leads to them."""
    pool_id, username = _text(params.get("UserPoolId")), name_in(params)
    client = engine.clients.get(_text(params.get("ClientId")) or "")
    if pool_id is None and client is not None:
        pool_id = client.pool.pool_id
    session = engine.sessions.peek(_text(params.get("Session")) or "")
    if session is not None:
        pool_id, username = pool_id or session.pool_id, username or session.username
    if "AccessToken" in params:
        claims = claimed_by(_text(params["AccessToken"]))
        pool_id, username = claims.get("pool", pool_id), claims.get("username", username)
    return _cut(pool_id), _cut(username)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _cut(name: str | None) -> str | None:
    return name if name is None else name[:_LONGEST_NAME]


def _without_secrets(text: str, params: Any) -> str:
    """The text of an error, which may quote what was sent."""
    redactor = Redactor()
    try:
        for secret in _secrets(params, redact(params)):
            redactor.register(secret)
    except RecursionError:  # JSON is read deeper than it can be walked through
        return MASK
    return redactor.scrub(text)[:_LONGEST_TEXT]


def _secrets(value: Any, shown: Any) -> Iterator[str]:
    """The texts that `redact` has hidden."""
    if shown == MASK:
        yield from _texts(value)
    elif isinstance(value, Mapping) and isinstance(shown, Mapping):
        for name, item in zip(value, shown, strict=False):
            yield from _secrets(value[name], shown[item])
    elif isinstance(value, list) and isinstance(shown, list):
        for inner, seen in zip(value, shown, strict=False):
            yield from _secrets(inner, seen)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, Sequence):
        yield from (text for item in value for text in _texts(item))

"""The log of recent calls: who asked for what, and why it was refused.

Of what a call carried, only the pool and the user that it names are kept.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from harness.clock import Clock, stopwatch
from harness.emulator.api.request import claimed_by, name_in
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.refusals import Refusal
from harness.emulator.stores.sessions import Sessions
from harness.redaction import MASK, Redactor, redact

#: So many calls are kept, and so much of a name or of a text that quotes what was sent.
KEPT_CALLS = 200
_LONGEST_NAME = 128
_LONGEST_TEXT = 500
#: Claims with many groups are longer than any name.
_LONGEST_CLAIMS = 8_192


class LoggedCall(NamedTuple):
    """One call that was answered.

    Attributes:
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


class _Noted(NamedTuple):
    """A call as it is kept: whom it names is only worked out for who looks at it.

    Attributes:
        session: pool and user of the session that it carries. claims: what its access token says,
            without the signature that makes it worth something.
    """

    number: int
    at: float
    operation: str
    pool_id: str | None
    client_id: str | None
    username: str | None
    session: tuple[str, str] | None
    claims: str
    status: int
    code: str
    text: str
    milliseconds: float


class CallLog:
    """The newest calls of one emulator.

    Args:
        clock: tells when a call came.
        clients: the app clients by id, which lead from a call to its pool.
        sessions: the open sessions, which lead from a call to its user.
    """

    def __init__(
        self, clock: Clock, clients: Mapping[str, UserPoolClient], sessions: Sessions
    ) -> None:
        self.clock = clock
        self.sessions = sessions
        self._clients = clients
        self._noted: deque[_Noted] = deque(maxlen=KEPT_CALLS)
        self._numbers = itertools.count(1)
        self._watchers: list[Callable[[LoggedCall], None]] = []

    def watch(self, watcher: Callable[[LoggedCall], None]) -> None:
        """Tell somebody of each call from now on, when it has ended.

        One that cannot be told any more, which it says by an OSError, is told nothing again.
        """
        self._watchers.append(watcher)

    def begin(self, operation: str) -> Entry:
        """Note that a call has come; it is kept once it has ended."""
        return Entry(self, operation)

    def keep(self, *members: Any) -> None:
        """Keep a call, and forget the oldest one where there are many."""
        noted = _Noted(next(self._numbers), *members)
        self._noted.append(noted)
        if self._watchers:
            call = self._shown(noted)
            for watcher in list(self._watchers):
                self._tell(watcher, call)

    def _tell(self, watcher: Callable[[LoggedCall], None], call: LoggedCall) -> None:
        """A call has had its effect by now, and must be answered by what came of it."""
        try:
            watcher(call)
        except OSError:
            with suppress(ValueError):  # another thread was first
                self._watchers.remove(watcher)

    def newest(self, count: int) -> list[LoggedCall]:
        """The newest calls, newest first."""
        return [self._shown(noted) for noted in list(self._noted)[: -count - 1 : -1]]

    def clear(self) -> None:
        """Forget every call."""
        self._noted.clear()

    def _shown(self, noted: _Noted) -> LoggedCall:
        """Pool and user by whatever leads to them."""
        pool_id, username = noted.pool_id, noted.username
        client = self._clients.get(noted.client_id or "")
        if pool_id is None and client is not None:
            pool_id = client.pool.pool_id
        if noted.session is not None:
            pool_id, username = pool_id or noted.session[0], username or noted.session[1]
        claims = claimed_by(f".{noted.claims}.")
        pool_id, username = claims.get("pool", pool_id), claims.get("username", username)
        return LoggedCall(
            noted.number,
            noted.at,
            noted.operation,
            _cut(pool_id),
            _cut(username),
            noted.status,
            noted.code,
            noted.text,
            noted.milliseconds,
        )


class Entry:
    """A call on its way."""

    __slots__ = ("_at", "_elapsed", "_log", "_operation", "_params", "_session")

    def __init__(self, log: CallLog, operation: str) -> None:
        self._log = log
        self._operation = operation[:_LONGEST_NAME]
        self._at = log.clock.time()
        self._elapsed = stopwatch()
        self._params: dict[str, Any] = {}
        self._session: tuple[str, str] | None = None

    def asked(self, params: Any) -> None:
        """Take what was sent, valid or not; a session is looked up before it is forgotten."""
        if not isinstance(params, dict):
            return
        self._params = params
        if "Session" in params:
            found = self._log.sessions.peek(_text(params["Session"]) or "")
            self._session = (found.pool_id, found.username) if found else None

    def end(self, status: int, refusal: Refusal | None = None) -> None:
        """Keep the call with what became of it."""
        params = self._params
        self._log.keep(
            self._at,
            self._operation,
            _short(params.get("UserPoolId")),
            _short(params.get("ClientId")),
            _cut(name_in(params)),
            self._session,
            _claims(params["AccessToken"]) if "AccessToken" in params else "",
            status,
            refusal.code if refusal else "",
            _without_secrets(refusal.message, params) if refusal else "",
            self._elapsed() * 1000,
        )


def _claims(token: object) -> str:
    """The middle of a token: what it says, unsigned."""
    parts = token.split(".", 2) if isinstance(token, str) else ()
    return parts[1] if len(parts) == 3 and len(parts[1]) <= _LONGEST_CLAIMS else ""


def _short(name: object) -> str | None:
    return name if isinstance(name, str) and len(name) <= _LONGEST_NAME else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _cut(name: str | None) -> str | None:
    return name if name is None else name[:_LONGEST_NAME]


def _without_secrets(text: str, params: Any) -> str:
    """The text of an error, which may quote what was sent; most do not."""
    redactor = Redactor()
    try:
        if any(sent in text for sent in _texts(params) if len(sent) >= Redactor.SHORTEST):
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

"""The log of recent calls: the operation, the pool and user it names, and the error.

Nothing else of a call's content is kept. Every call that is logged is counted, also after the log
has dropped it. A request that is refused before it is a call is neither logged nor counted: by the
limits, by the guard against web pages, for its region or its signature, or by IAM.
"""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.clock import Clock, stopwatch
from harness.emulator.api.request import claimed_by, name_in
from harness.emulator.api.service_model import is_operation
from harness.redaction import MASK, Redactor, redact

if TYPE_CHECKING:
    from harness.emulator.domain.pools import UserPoolClient
    from harness.emulator.refusals import Refusal
    from harness.emulator.stores.sessions import Sessions

KEPT_CALLS = 200
#: Characters kept of a name, and of an error text, which may quote the request.
_LONGEST_NAME = 128
_LONGEST_TEXT = 500
#: The longest claims that are kept; a token can have many groups.
_LONGEST_CLAIMS = 8_192
#: Under which name calls of what is no operation are counted; a client can call anything.
UNKNOWN = "unknown"
#: What is counted in place of the error code of a call that succeeded.
SUCCESS = "success"


class LoggedCall(NamedTuple):
    """One call that has ended.

    Attributes:
        at: when it began, in epoch seconds by the emulator's clock.
        pool_id: the pool that the call names, known or not; ``None`` if it names none.
        username: the user that the call names, known or not; ``None`` if it names none.
        code: the code of the error; empty without one.
        text: the text of the error; empty without one.
        milliseconds: how long it took.
        request_id: the request id in the response; empty unless the call was refused.
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
    request_id: str = ""


class _Noted(NamedTuple):
    """A call as it is kept; its pool and user are only looked up when the log is read.

    Attributes:
        session: pool and user of the session in the request.
        claims: the middle part of the access token, useless without the signature.
        reason: which of the causes behind the error it was, or what finds it; empty if there is
            only one.
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
    request_id: str = ""
    reason: str | Callable[[], str] = ""


class CallLog:
    """The newest calls of one emulator.

    Args:
        clock: gives the time when a call begins.
        clients: the app clients by id, to find the pool of a call.
        sessions: the open sessions, to find the user of a call.
    """

    def __init__(
        self, clock: Clock, clients: Mapping[str, UserPoolClient], sessions: Sessions
    ) -> None:
        self.clock = clock
        self.sessions = sessions
        self._clients = clients
        self._noted: deque[_Noted] = deque(maxlen=KEPT_CALLS)
        self._numbers = itertools.count(1)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._found_reasons: dict[int, str] = {}
        self._lock = Lock()
        self._watchers: list[Callable[[LoggedCall], None]] = []
        self._pages: set[str] = set()

    def watch(self, watcher: Callable[[LoggedCall], None]) -> None:
        """Call ``watcher`` with each call that ends from now on.

        A watcher that raises an OSError, such as for a closed pipe, is removed.
        """
        self._watchers.append(watcher)

    def begin(self, operation: str, *, of_domain: bool = False) -> Entry:
        """Return the entry of a call that begins; it is kept once it ends.

        Args:
            operation: its name.
            of_domain: whether it is a page of a domain, such as ``GET /login``, and so no
                operation; there are not many.
        """
        if of_domain:
            self._pages.add(operation)
        return Entry(self, operation)

    def keep(self, *members: Any) -> None:
        """Add a call with the members of `_Noted` after its number; drop the oldest if needed."""
        noted = _Noted(next(self._numbers), *members)
        self._noted.append(noted)
        self._count(noted.operation, noted.code or SUCCESS)
        if self._watchers:
            call = self._shown(noted)
            for watcher in list(self._watchers):
                self._tell(watcher, call)

    def _tell(self, watcher: Callable[[LoggedCall], None], call: LoggedCall) -> None:
        """Call a watcher; its failure must not change the response of a call that has ended."""
        try:
            watcher(call)
        except OSError:
            with suppress(ValueError):  # another thread may have removed it already
                self._watchers.remove(watcher)

    def newest(self, count: int) -> list[LoggedCall]:
        """Return the newest calls, newest first."""
        return [self._shown(noted) for noted in list(self._noted)[: -count - 1 : -1]]

    def why_refused(self, request_id: str) -> str:
        """Return the reason for which a recent call was refused; empty if there is no more."""
        if not request_id:
            return ""
        return self._reason_of(lambda noted: noted.request_id == request_id)

    def reason_of(self, number: int) -> str:
        """Return the same by the number of the call; it is worked out once at most."""
        return self._reason_of(lambda noted: noted.number == number)

    def _reason_of(self, is_wanted: Callable[[_Noted], bool]) -> str:
        noted = next(filter(is_wanted, reversed(list(self._noted))), None)
        if noted is None or not callable(noted.reason):
            return str(noted.reason) if noted else ""
        with self._lock:
            known = self._found_reasons.get(noted.number)
        reason = noted.reason() if known is None else known
        with self._lock:
            if len(self._found_reasons) >= KEPT_CALLS:
                self._found_reasons.pop(next(iter(self._found_reasons)))
            self._found_reasons[noted.number] = reason
        return reason

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many calls have ended, by operation and then by error code or `SUCCESS`.

        Calls of names that Cognito does not have are together under `UNKNOWN`.
        """
        with self._lock:
            counted = sorted(self._counts.items())
        found: dict[str, dict[str, int]] = {}
        for (operation, outcome), count in counted:
            found.setdefault(operation, {})[outcome] = count
        return found

    def clear(self) -> None:
        """Delete every call, and begin to count anew."""
        self._noted.clear()
        with self._lock:
            self._counts.clear()
            self._found_reasons.clear()

    def _count(self, operation: str, outcome: str) -> None:
        with self._lock:
            is_new = (operation, outcome) not in self._counts
            if is_new and operation not in self._pages and not is_operation(operation):
                operation = UNKNOWN
            self._counts[operation, outcome] += 1

    def _shown(self, noted: _Noted) -> LoggedCall:
        """Return a call with its pool and user: from its members, its session or its token."""
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
            noted.request_id,
        )


class Entry:
    """A call that has not ended yet."""

    __slots__ = ("_at", "_elapsed", "_log", "_operation", "_params", "_session")

    def __init__(self, log: CallLog, operation: str) -> None:
        self._log = log
        self._operation = operation[:_LONGEST_NAME]
        self._at = log.clock.time()
        self._elapsed = stopwatch()
        self._params: dict[str, Any] = {}
        self._session: tuple[str, str] | None = None

    def asked(self, params: Any) -> None:
        """Keep the request, valid or not, and look up its session while that still exists."""
        if not isinstance(params, dict):
            return
        self._params = params
        if "Session" in params:
            found = self._log.sessions.peek(_text(params["Session"]) or "")
            self._session = (found.pool_id, found.username) if found else None

    def end(self, status: int, refusal: Refusal | None = None, request_id: str = "") -> None:
        """Add the call to the log with its status and error."""
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
            request_id,
            refusal.reason if refusal else "",
        )


def _claims(token: object) -> str:
    """Return the middle part of a token: its claims without signature; empty if too long."""
    parts = token.split(".", 2) if isinstance(token, str) else ()
    return parts[1] if len(parts) == 3 and len(parts[1]) <= _LONGEST_CLAIMS else ""


def _short(name: object) -> str | None:
    return name if isinstance(name, str) and len(name) <= _LONGEST_NAME else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _cut(name: str | None) -> str | None:
    return name if name is None else name[:_LONGEST_NAME]


def _without_secrets(text: str, params: Any) -> str:
    """Return an error text with the secrets of the request masked, which it may quote."""
    redactor = Redactor()
    try:
        if any(sent in text for sent in _texts(params) if len(sent) >= Redactor.SHORTEST):
            for secret in _secrets(params, redact(params)):
                redactor.register(secret)
    except RecursionError:  # the JSON parser accepts deeper nesting than a Python recursion
        return MASK
    return redactor.scrub(text)[:_LONGEST_TEXT]


def _secrets(value: Any, shown: Any) -> Iterator[str]:
    """Yield the texts that `redact` has masked."""
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

"""Retries: sends a call again after a throttle, an error of the server or a lost response.

A response with one of Cognito's errors is never sent again. Where the first call may have been
carried out, :mod:`harness.flows.retry_rules` says which response to the second is believed; any
other ends as :class:`~harness.errors.ResultUnknown`, and so does a call that may not be repeated.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from harness.clock import Waits
from harness.errors import ResultUnknown
from harness.flows.call import RETRIED
from harness.flows.quotas import THROTTLED, throttles
from harness.flows.retry_rules import Believed, believed, is_believed

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["CallRetries", "Rule"]

_SERVICE = "cognito-identity-provider"
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
#: Statuses of a server that does not say whether it has carried the call out.
_SERVER_ERRORS = frozenset({500, 502, 503, 504})
_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError)
_LOST = {
    ConnectionClosedError: "connection closed",
    IncompleteReadError: "connection closed",
    ReadTimeoutError: "no response in time",
    ResponseStreamingError: "connection closed",
}

#: Returns which responses to a repeated call are believed.
Rule = Callable[[str, Mapping[str, Any]], Believed]


@dataclass(frozen=True)
class _NoResult:
    """Why a call has no result: in words, and whether it may have been carried out all the same."""

    kind: str
    in_doubt: bool


@dataclass
class _Asked:
    """What became of a call so far."""

    rule: Believed
    failures: list[_NoResult] = field(default_factory=list)

    @property
    def in_doubt(self) -> bool:
        """Whether the service may have carried it out."""
        return any(failure.in_doubt for failure in self.failures)


class CallRetries:
    """Sends calls of the clients that it is attached to again, from any number of threads.

    Args:
        most: how often a call is sent again at most.
        waits: waits before a call is sent again; ``None`` sends it at once.
        rule: which responses to a repeated call are believed.
        repeats_throttles: whether throttled calls are sent again here; not if a pacer does that.
        random_source: varies the pauses, so that workers do not all retry at the same moment.
    """

    def __init__(
        self,
        most: int,
        waits: Waits | None = None,
        *,
        rule: Rule = believed,
        repeats_throttles: bool = True,
        random_source: random.Random | None = None,
    ) -> None:
        self._most = most
        self._waits = waits
        self._rule = rule
        self._repeats_throttles = repeats_throttles
        self._random = random_source or random.Random()
        self._lock = threading.Lock()
        self._is_off = False
        #: How often calls were sent again, by operation and reason.
        self.counts: Counter[tuple[str, str]] = Counter()
        #: The calls whose result is unknown.
        self.unknown: list[ResultUnknown] = []

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Send every further call of ``client`` again where that is safe."""
        events = client.meta.events
        events.register(f"provide-client-params.{_SERVICE}", self._parameters_given)
        # The type says that handlers return nothing, but botocore uses the returned pause.
        again = cast("Callable[..., None]", self._after_attempt)
        events.register(f"needs-retry.{_SERVICE}", again)
        # After a trace, which records the response as it came.
        events.register_last(f"after-call.{_SERVICE}", self._ended)

    @contextmanager
    def off(self) -> Iterator[None]:
        """Send no call again inside the ``with`` block: a test there is about the failures."""
        before, self._is_off = self._is_off, True
        try:
            yield
        finally:
            self._is_off = before

    @contextmanager
    def believing(self) -> Iterator[None]:
        """Believe every response inside the ``with`` block: what counts there is what is left."""
        before, self._rule = self._rule, lambda *_: Believed.ANY
        try:
            yield
        finally:
            self._rule = before

    def _parameters_given(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        if not self._is_off:
            context[_key(self)] = _Asked(self._rule(model.name, params))

    def _after_attempt(
        self,
        response: Any,
        operation: Any,
        caught_exception: Exception | None,
        request_dict: Any,
        **_: Any,
    ) -> int | None:
        """Return 0 to send the call again; return ``None`` to keep what came."""
        context = request_dict["context"]
        asked: _Asked | None = context.get(_key(self))
        if asked is None:
            return None
        failure = _failure(response, caught_exception)
        if failure is None:
            if response is not None:
                self._judge(operation.name, asked, response[1])
            return None
        if failure.kind == THROTTLED and not self._repeats_throttles:
            return None
        asked.failures.append(failure)
        if not self._may_repeat(operation.name, asked):
            return None
        context.setdefault(RETRIED, []).append(failure.kind)
        with self._lock:
            self.counts[operation.name, failure.kind] += 1
        self._pause(len(asked.failures))
        return 0

    def _may_repeat(self, operation: str, asked: _Asked) -> bool:
        """Return whether to repeat a call; if not, its last failure is what the service says.

        Raises:
            ResultUnknown: it may not be repeated, or it failed too often in different ways.
        """
        newest = asked.failures[-1].kind
        if asked.in_doubt and asked.rule is Believed.NOTHING:
            raise self._unknown(
                operation,
                f"{newest}, and the service may have carried the call out; a second one would "
                "make, send or count one more, so it was not repeated",
            )
        if len(asked.failures) <= self._most:
            return True
        kinds = Counter(failure.kind for failure in asked.failures)
        if len(kinds) == 1 and newest != THROTTLED:
            # A failure that comes every time is no accident.
            return False
        raise self._unknown(operation, f"it failed each time: {_counted(kinds)}")

    def _judge(self, operation: str, asked: _Asked, parsed: Mapping[str, Any]) -> None:
        """Check that a response cannot come from an earlier sending of the same call.

        Raises:
            ResultUnknown: it can.
        """
        if not asked.in_doubt or is_believed(asked.rule, operation, parsed):
            return
        first = next(failure.kind for failure in asked.failures if failure.in_doubt)
        code = parsed.get("Error", {}).get("Code")
        came = f"was refused with {code}" if code else "had a code sent a second time"
        raise self._unknown(
            operation, f"{first}; repeated, the call {came}, which may be the first one's doing"
        )

    def _ended(
        self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        """End a call that a pacer has given up, instead of letting a throttle look like a result.

        Raises:
            ResultUnknown: it was throttled to the end.
        """
        if context.pop(_key(self), None) is not None and throttles(parsed):
            raise self._unknown(model.name, "it was throttled each time")

    def _unknown(self, operation: str, reason: str) -> ResultUnknown:
        error = ResultUnknown(operation, reason)
        with self._lock:
            self.unknown.append(error)
        return error

    def _pause(self, number: int) -> None:
        if self._waits is None:
            return
        longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (number - 1))
        seconds = longest * (0.5 + self._random.random() / 2)
        self._waits.wait_until(self._waits.time() + seconds)


def _failure(response: Any, exception: Exception | None) -> _NoResult | None:
    """Return why there is no result; ``None`` if there is one, or an error that will come again."""
    if exception is not None:
        if isinstance(exception, _NOT_CONNECTED):
            return _NoResult("no connection", in_doubt=False)
        kind = next((kind for lost, kind in _LOST.items() if isinstance(exception, lost)), None)
        return None if kind is None else _NoResult(kind, in_doubt=True)
    http, parsed = response
    if throttles(parsed) or http.status_code == 429:
        return _NoResult(THROTTLED, in_doubt=False)
    if http.status_code in _SERVER_ERRORS:
        code = parsed.get("Error", {}).get("Code") or http.status_code
        return _NoResult(f"status {http.status_code} ({code})", in_doubt=True)
    if _is_cut_off(http):
        return _NoResult("response cut off", in_doubt=True)
    return None


def _is_cut_off(http: Any) -> bool:
    """Return whether a body is shorter than its length says, which botocore does not notice."""
    length = http.headers.get("Content-Length", "")
    encoded = http.headers.get("Content-Encoding")
    return not encoded and str(length).isdigit() and len(http.content) < int(length)


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} {count} times" for kind, count in kinds.most_common())


def _key(retries: CallRetries) -> str:
    return f"harness-retries-{id(retries)}"

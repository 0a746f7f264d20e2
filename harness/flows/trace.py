"""Traces: record the API calls of a boto3 client through botocore's events, redacted.

A trace never changes a request, a response or an error.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from harness.clock import Clock, stopwatch
from harness.flows.call import RETRIED, Call
from harness.flows.call_assertions import CallAssertions, MadeCall
from harness.flows.rendering import render_calls
from harness.flows.shape import shape_of
from harness.redaction import MASK, Redactor, redact

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Trace"]

_SERVICE = "cognito-identity-provider"


@dataclass(repr=False)
class _Pending:
    """A call that has no response yet."""

    started_at: float
    parameters: dict[str, Any]
    elapsed: Callable[[], float]
    by_app: bool = False


@dataclass(frozen=True, repr=False)
class _Raw:
    """A call as it was sent and answered, with its secrets; redacted when somebody looks at it."""

    operation: str
    pending: _Pending
    latency_seconds: float
    outcome: str
    message: str
    answer: dict[str, Any]
    metadata: Mapping[str, Any]
    retried: tuple[str, ...]


class Trace(CallAssertions):
    """Records the calls of the clients that it observes, from any number of threads.

    Args:
        clock: gives the time of each call.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Redacting takes much longer than recording, and most calls are never shown.
        self._sent: list[dict[str, Any]] = []
        self._raw: list[_Raw] = []
        self._calls: list[Call] = []
        # What each of the calls was sent with, to compare it with what a test expects.
        self._requests: list[dict[str, Any]] = []
        self._redactor = Redactor()
        # Registered only when a text is scrubbed, since most runs show none.
        self._unregistered: set[str] = set()
        # Key in botocore's context of a call, which several traces may share.
        self._key = f"harness-trace-{id(self)}"

    def observe(self, client: CognitoIdentityProviderClient, *, by_app: bool = False) -> None:
        """Record the calls of ``client`` from now on; a second call changes nothing.

        Args:
            client: makes the calls.
            by_app: whether it is the client of an app under test.
        """
        for event, handler in self._handlers(by_app=by_app).items():
            # Registered first, since a stubbed client handles before-call and stops later handlers.
            client.meta.events.register_first(event, handler, unique_id=f"{self._key}-{event}")

    def disregard(self, client: CognitoIdentityProviderClient) -> None:
        """Stop recording the calls of ``client``."""
        for event, handler in self._handlers().items():
            client.meta.events.unregister(event, handler, unique_id=f"{self._key}-{event}")

    @contextmanager
    def observing(self, client: CognitoIdentityProviderClient) -> Iterator[Trace]:
        """Record the calls of ``client`` inside the ``with`` block."""
        self.observe(client)
        try:
            yield self
        finally:
            self.disregard(client)

    def add_call_of_app(
        self,
        operation: str,
        parameters: dict[str, Any],
        *,
        outcome: str,
        message: str,
        answer: dict[str, Any],
        request_id: str,
        started_at: float,
        latency_seconds: float,
    ) -> None:
        """Record a call that this trace has not observed: an app has made it with its own client.

        Args:
            operation: name of the operation in Cognito's API.
            parameters: members of the request, with their secrets.
            outcome: ``ok``, or the error code.
            message: text of the error.
            answer: members of the response, with their secrets.
            request_id: request id of the response.
            started_at: when it began, in epoch seconds by the clock of the trace.
            latency_seconds: how long it took.
        """
        self.add_call(
            operation,
            parameters,
            outcome=outcome,
            message=message,
            answer=answer,
            request_id=request_id,
            started_at=started_at,
            latency_seconds=latency_seconds,
            by_app=True,
        )

    def add_call(
        self,
        operation: str,
        parameters: dict[str, Any],
        *,
        outcome: str,
        message: str,
        answer: dict[str, Any],
        request_id: str,
        started_at: float,
        latency_seconds: float,
        by_app: bool = False,
    ) -> None:
        """Record what no observed client has sent, such as a page of managed login.

        The arguments are those of :meth:`add_call_of_app`.

        Args:
            operation: what was asked, such as ``GET /login``.
            parameters: what was sent, with its secrets.
            outcome: ``ok``, or the error.
            message: text of the error.
            answer: what came back, with its secrets.
            request_id: request id of the response.
            started_at: when it began, in epoch seconds by the clock of the trace.
            latency_seconds: how long it took.
            by_app: whether an app under test has sent it.
        """
        pending = _Pending(started_at, parameters, stopwatch(), by_app=by_app)
        metadata = {"RequestId": request_id}
        raw = _Raw(operation, pending, latency_seconds, outcome, message, answer, metadata, ())
        with self._lock:
            self._sent.append(parameters)
            self._raw.append(raw)

    def hide_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Have :meth:`scrub` know the secrets of a request whose call is not recorded."""
        with self._lock:
            self._sent.append(_copy(parameters))

    @property
    def calls(self) -> list[Call]:
        """The calls so far, in the order of their responses."""
        with self._lock:
            self._redact_new()
            return list(self._calls)

    def made_calls(self) -> list[MadeCall]:
        """Return the calls so far, each with what it was sent with."""
        with self._lock:
            self._redact_new()
            return [MadeCall(*pair) for pair in zip(self._calls, self._requests, strict=True)]

    @property
    def operations(self) -> list[str]:
        """The names of the calls so far, which cost nothing to know."""
        with self._lock:
            redacted = [call.operation for call in self._calls]
            return redacted + [call.operation for call in self._raw]

    def clear(self) -> None:
        """Drop the calls so far; their secrets stay known to :meth:`scrub`."""
        with self._lock:
            self._redact_new()
            self._calls.clear()
            self._requests.clear()

    def render(self) -> str:
        """Return the calls as text: the challenges of each sign-in, then each call."""
        return render_calls(self.calls)

    def records(self) -> list[dict[str, Any]]:
        """Return the calls as plain data, for reports and other processes."""
        return [asdict(call) for call in self.calls]

    def scrub(self, text: str) -> str:
        """Return ``text`` without the secrets of all calls so far, including cleared calls."""
        with self._lock:
            self._redact_new()
            while self._unregistered:
                self._redactor.register(self._unregistered.pop())
            return self._redactor.scrub(text)

    def _handlers(self, *, by_app: bool = False) -> dict[str, Callable[..., None]]:
        given = self._parameters_given_by_app if by_app else self._parameters_given
        return {
            f"provide-client-params.{_SERVICE}": given,
            f"before-call.{_SERVICE}": self._call_begins,
            f"after-call.{_SERVICE}": self._call_ended,
            f"after-call-error.{_SERVICE}": self._call_failed,
        }

    def _parameters_given_by_app(
        self, params: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        self._parameters_given(params, context)
        context[self._key].by_app = True

    def _parameters_given(
        self, params: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        pending = _Pending(self._clock.time(), _copy(params), stopwatch())
        with self._lock:
            self._sent.append(pending.parameters)
        context[self._key] = pending

    def _call_begins(self, context: dict[str, Any], **_: Any) -> None:
        pending = context.get(self._key)
        if pending is not None:
            # The time to validate and serialize the request does not count as Cognito's.
            pending.elapsed = stopwatch()

    def _call_ended(
        self,
        model: Any,
        http_response: Any,
        parsed: Mapping[str, Any],
        context: dict[str, Any],
        **_: Any,
    ) -> None:
        response = dict(parsed)
        metadata = response.pop("ResponseMetadata", None) or {}
        error = response.pop("Error", None) or {}
        failed = http_response.status_code >= 300
        self._record(
            model.name,
            context,
            outcome=str(error.get("Code", "Unknown")) if failed else "ok",
            message=str(error.get("Message", "")) if failed else "",
            answer={} if failed else response,
            metadata=metadata,
        )

    def _call_failed(
        self, exception: Exception, context: dict[str, Any], event_name: str, **_: Any
    ) -> None:
        self._record(
            event_name.rpartition(".")[2],
            context,
            outcome=type(exception).__name__,
            message=str(exception),
            answer={},
            metadata={},
        )

    def _record(
        self,
        operation: str,
        context: dict[str, Any],
        *,
        outcome: str,
        message: str,
        answer: dict[str, Any],
        metadata: Mapping[str, Any],
    ) -> None:
        pending: _Pending | None = context.pop(self._key, None)
        if pending is None:
            # The trace started to observe the client during this call.
            return
        latency = pending.elapsed()
        retried = tuple(context.get(RETRIED, ()))
        copy = _copy(answer)
        raw = _Raw(operation, pending, latency, outcome, message, copy, metadata, retried)
        with self._lock:
            self._raw.append(raw)

    def _redact_new(self) -> None:
        """Redact the calls that came since the last look; the caller holds the lock."""
        # A call that was interrupted has no response, but its secrets can be in a traceback.
        for parameters in self._sent:
            self._unregistered.update(_hidden_texts(parameters, redact(parameters)))
        self._sent.clear()
        for raw in self._raw:
            shown = redact(raw.answer)
            parameters = redact(raw.pending.parameters)
            secrets = list(_hidden_texts(raw.pending.parameters, parameters))
            self._unregistered.update(_hidden_texts(raw.answer, shown))
            self._calls.append(_shown_call(raw, parameters, shown, secrets))
            self._requests.append(raw.pending.parameters)
        self._raw.clear()


def _shown_call(
    raw: _Raw, parameters: dict[str, Any], answer: dict[str, Any], secrets: Iterable[str]
) -> Call:
    return Call(
        operation=raw.operation,
        started_at=raw.pending.started_at,
        latency_seconds=raw.latency_seconds,
        request_id=str(raw.metadata.get("RequestId", "")),
        outcome=raw.outcome,
        # Cognito's validation errors repeat the value that they refuse.
        message=_scrubbed(raw.message, secrets),
        parameters=parameters,
        answer=answer,
        shape=shape_of(raw.answer),
        # A call without a response has no metadata.
        retries=int(raw.metadata.get("RetryAttempts", len(raw.retried))),
        retried=raw.retried,
        by_app=raw.pending.by_app,
    )


def _copy(value: Any) -> Any:
    """Return a copy that later changes of a request or a response do not reach."""
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _scrubbed(text: str, secrets: Iterable[str]) -> str:
    if not text:
        return ""
    redactor = Redactor()
    for secret in secrets:
        redactor.register(secret)
    return redactor.scrub(text)


def _hidden_texts(value: Any, shown: Any) -> Iterator[str]:
    """Yield every text in ``value`` that is redacted in ``shown``."""
    if shown == MASK:
        yield from _texts(value)
    elif isinstance(value, Mapping) and isinstance(shown, Mapping):
        for name, item in value.items():
            yield from _hidden_texts(item, shown.get(name))
    elif isinstance(value, list | tuple) and isinstance(shown, list):
        for item, shown_item in zip(value, shown, strict=True):
            yield from _hidden_texts(item, shown_item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)

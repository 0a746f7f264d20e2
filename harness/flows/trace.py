"""Every API call of a boto3 client, observed through botocore's events and shown redacted.

Cognito's answers and refusals stay as they are: nothing here changes a request or a result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from harness.clock import Clock, stopwatch
from harness.flows.call import Call
from harness.flows.rendering import render_calls
from harness.redaction import MASK, Redactor, redact

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["Trace"]

_SERVICE = "cognito-identity-provider"
# What ANSWER may be without being a secret: it also chooses among factors (A175, A189).
_FACTORS = frozenset(
    {
        "EMAIL_MFA",
        "EMAIL_OTP",
        "PASSWORD",
        "PASSWORD_SRP",
        "SMS_MFA",
        "SMS_OTP",
        "SOFTWARE_TOKEN_MFA",
        "WEB_AUTHN",
    }
)


@dataclass
class _Pending:
    """A call whose answer has not come yet."""

    started_at: float
    parameters: dict[str, Any]
    secrets: list[str]
    elapsed: Callable[[], float]


class Trace:
    """Records the calls of the clients it observes; any number of threads may make them.

    Args:
        clock: tells when a call was made.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._redactor = Redactor()
        # Learnt only when a text is scrubbed: most runs show nothing.
        self._unlearnt: set[str] = set()
        # In botocore's per-call context, where several traces may keep their notes.
        self._key = f"harness-trace-{id(self)}"

    def observe(self, client: CognitoIdentityProviderClient) -> None:
        """Record the calls of ``client`` from now on; observing it again changes nothing."""
        for event, handler in self._handlers().items():
            # First, since a stubbed client answers before-call and ends that event's round.
            client.meta.events.register_first(event, handler, unique_id=f"{self._key}-{event}")

    def disregard(self, client: CognitoIdentityProviderClient) -> None:
        """Record no further calls of ``client``."""
        for event, handler in self._handlers().items():
            client.meta.events.unregister(event, handler, unique_id=f"{self._key}-{event}")

    @contextmanager
    def observing(self, client: CognitoIdentityProviderClient) -> Iterator[Trace]:
        """Record the calls of ``client`` for a while."""
        self.observe(client)
        try:
            yield self
        finally:
            self.disregard(client)

    @property
    def calls(self) -> list[Call]:
        """The calls so far, in the order in which their answers came."""
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        """Forget the calls so far."""
        with self._lock:
            self._calls.clear()

    def render(self) -> str:
        """Return the exchange as text: the ladder of challenges, then each call."""
        return render_calls(self.calls)

    def records(self) -> list[dict[str, Any]]:
        """Return the calls as plain data, for reports and for other processes."""
        return [asdict(call) for call in self.calls]

    def scrub(self, text: str) -> str:
        """Return ``text`` without any secret that was in a call so far, cleared calls included."""
        with self._lock:
            while self._unlearnt:
                self._redactor.register(self._unlearnt.pop())
            return self._redactor.scrub(text)

    def _handlers(self) -> dict[str, Callable[..., None]]:
        return {
            f"provide-client-params.{_SERVICE}": self._parameters_given,
            f"before-call.{_SERVICE}": self._call_begins,
            f"after-call.{_SERVICE}": self._call_ended,
            f"after-call-error.{_SERVICE}": self._call_failed,
        }

    def _parameters_given(
        self, params: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        parameters = redact(params)
        secrets = list(_hidden_texts(params, parameters))
        with self._lock:
            self._unlearnt.update(secrets)
        context[self._key] = _Pending(self._clock.time(), parameters, secrets, stopwatch())

    def _call_begins(self, context: dict[str, Any], **_: Any) -> None:
        pending = context.get(self._key)
        if pending is not None:
            # Checking and writing the request is not Cognito's time.
            pending.elapsed = stopwatch()

    def _call_ended(
        self,
        model: Any,
        http_response: Any,
        parsed: Mapping[str, Any],
        context: dict[str, Any],
        **_: Any,
    ) -> None:
        answer = dict(parsed)
        metadata = answer.pop("ResponseMetadata", None) or {}
        error = answer.pop("Error", None) or {}
        refused = http_response.status_code >= 300
        self._record(
            model.name,
            context,
            outcome=str(error.get("Code", "Unknown")) if refused else "ok",
            message=str(error.get("Message", "")) if refused else "",
            answer={} if refused else answer,
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
            # Observed only since this call was under way.
            return
        latency = pending.elapsed()
        shown = redact(answer)
        call = Call(
            operation=operation,
            started_at=pending.started_at,
            latency_seconds=latency,
            request_id=str(metadata.get("RequestId", "")),
            outcome=outcome,
            # Cognito's validation errors repeat the value they complain about.
            message=_scrubbed(message, pending.secrets),
            parameters=pending.parameters,
            answer=shown,
            retries=int(metadata.get("RetryAttempts", 0)),
        )
        with self._lock:
            self._unlearnt.update(_hidden_texts(answer, shown))
            self._calls.append(call)


def _scrubbed(text: str, secrets: Iterable[str]) -> str:
    if not text:
        return ""
    redactor = Redactor()
    for secret in secrets:
        redactor.register(secret)
    return redactor.scrub(text)


def _hidden_texts(value: Any, shown: Any) -> Iterator[str]:
    """Yield every text in ``value`` that redaction has hidden from ``shown``."""
    if shown == MASK:
        yield from (text for text in _texts(value) if text not in _FACTORS)
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

"""Records latencies and errors of a boto3 client's calls, through botocore's events.

Each time a call is sent counts, also if it is sent again. An error counts as expected or as failed
when its test is over: a test passes if the service refused what it had to refuse.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.clock import steady_seconds, stopwatch, wall_seconds
from harness.flows.latencies import CallRecord, Latencies, step_of
from harness.flows.quotas import throttles

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["LatencyRecorder"]

_SERVICE = "cognito-identity-provider"
_Key = tuple[str, str]


@dataclass
class _Sending:
    """A call on its way.

    Attributes:
        key: operation and step.
        begun: when it was sent this time, in epoch seconds.
        refusal: the code of its newest error that was no throttle; empty without one.
    """

    key: _Key
    begun: float = 0.0
    elapsed: Callable[[], float] = field(default_factory=stopwatch)
    refusal: str = ""


class LatencyRecorder:
    """Records the calls of the clients that it observes, from any number of threads.

    Args:
        share: the share of the default quotas that the calls may use.
    """

    def __init__(self, share: float = 1.0) -> None:
        self.latencies = Latencies(share)
        self._lock = threading.Lock()
        self._unjudged: list[_Key] = []
        self._context = f"harness-latencies-{id(self)}"
        # Other processes and machines count from another beginning.
        self._beginning = wall_seconds() - steady_seconds()

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Record every further call of ``client``."""
        events = client.meta.events
        events.register(f"provide-client-params.{_SERVICE}", self._parameters_given)
        # After the signature, which is not Cognito's time.
        events.register_last(f"request-created.{_SERVICE}", self._sent)
        events.register_first(f"response-received.{_SERVICE}", self._received)
        events.register(f"after-call.{_SERVICE}", self._ended)

    def judge(self, *, passed: bool) -> None:
        """Count the errors since the last test as expected if it passed, else as failed."""
        with self._lock:
            unjudged, self._unjudged = self._unjudged, []
        for key in unjudged:
            self._count(key, "refused" if passed else "failed")

    def _parameters_given(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        context[self._context] = _Sending((model.name, step_of(params)))

    def _sent(self, request: Any, **_: Any) -> None:
        sending: _Sending | None = request.context.get(self._context)
        if sending is None:
            return
        if sending.refusal:
            # It is sent again, so nobody can have expected the error.
            self._count(sending.key, "failed")
            sending.refusal = ""
        sending.begun = self._now()
        sending.elapsed = stopwatch()

    def _received(
        self,
        context: dict[str, Any],
        parsed_response: Mapping[str, Any] | None,
        exception: Exception | None,
        **_: Any,
    ) -> None:
        sending: _Sending | None = context.get(self._context)
        if sending is None:
            return
        seconds, ended = sending.elapsed(), self._now()
        begun, answer = sending.begun, parsed_response or {}
        code = type(exception).__name__ if exception else answer.get("Error", {}).get("Code", "")
        throttled = exception is None and throttles(answer)

        def change(record: CallRecord) -> None:
            record.sent += 1
            record.throttled += throttled
            record.failed += exception is not None
            record.lasted(begun, ended)
            if code:
                record.codes[str(code)] += 1
            if exception is None and not throttled:
                record.latency(seconds)

        self.latencies.change(sending.key, change)
        sending.refusal = str(code) if code and exception is None and not throttled else ""

    def _ended(self, context: dict[str, Any], **_: Any) -> None:
        sending: _Sending | None = context.pop(self._context, None)
        if sending is not None and sending.refusal:
            with self._lock:
                self._unjudged.append(sending.key)

    def _count(self, key: _Key, name: str) -> None:
        self.latencies.change(key, lambda record: setattr(record, name, getattr(record, name) + 1))

    def _now(self) -> float:
        return self._beginning + steady_seconds()

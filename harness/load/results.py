"""The results of a run: what each request counts as, in Locust's statistics.

Locust's type of a request says what became of it, so that its tables, CSV files and page show
throttles apart: ``call``, ``refusal`` (an error that the flow expects), or ``throttle``. The first
can fail; the other two never do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from harness.clock import steady_seconds
from harness.flows.quotas import throttles
from harness.load.transport import SENT_AT
from harness.redaction import Redactor

if TYPE_CHECKING:
    from locust.env import Environment
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["CALL", "FLOW", "REFUSAL", "THROTTLE", "CallFailed", "Recorder"]

#: The types of requests in Locust's statistics, and that of flows that failed without one.
CALL, REFUSAL, THROTTLE, FLOW = "call", "refusal", "throttle", "flow"
_SERVICE = "cognito-identity-provider"
_NAME = "harness-load-name"
_SECRETS = "harness-load-parameters"
#: The parameter that tells requests of one operation apart.
_TOLD_APART_BY = {"InitiateAuth": "AuthFlow", "RespondToAuthChallenge": "ChallengeName"}


class CallFailed(Exception):
    """A failed request; its text has the error, and nothing of what was sent."""


class Recorder:
    """Tells Locust about every request that a client sends, also about those sent again.

    Args:
        expected: the errors that count as successes, by the name of the request.
    """

    def __init__(self, expected: Mapping[str, frozenset[str]]) -> None:
        self._expected = expected
        self._expected_here: ContextVar[frozenset[str]] = ContextVar(
            "expected", default=frozenset()
        )
        self._was_refusal: ContextVar[bool] = ContextVar("was_refusal", default=False)
        self._environment: Environment | None = None
        #: How each flow ended: done, throttled, failed.
        self.flows: Counter[tuple[str, str]] = Counter()

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Record the requests of ``client`` from now on."""
        events = client.meta.events
        events.register(f"provide-client-params.{_SERVICE}", self._named)
        # First, since a pacer waits in this event before it sends a call again.
        events.register_first(f"needs-retry.{_SERVICE}", self._attempted)

    def report_to(self, environment: Environment) -> None:
        """Report to a Locust environment from now on."""
        self._environment = environment

    @contextmanager
    def expecting(self, *codes: str) -> Iterator[None]:
        """Count these errors as successes, in this greenlet, inside the ``with`` block."""
        token = self._expected_here.set(frozenset(codes))
        try:
            yield
        finally:
            self._expected_here.reset(token)

    @property
    def was_refusal(self) -> bool:
        """Whether the last request of this greenlet ended with an error that is expected."""
        return self._was_refusal.get()

    def take_flows(self) -> Counter[tuple[str, str]]:
        """Return how the flows ended so far, and forget it."""
        taken = self.flows.copy()
        self.flows.clear()
        return taken

    def flow_failed(self, name: str, reason: str) -> None:
        """Count a flow that failed although no request did."""
        if self._environment is not None:
            self._environment.stats.log_error(FLOW, name, CallFailed(reason))

    def _named(
        self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        context[_NAME] = request_name(model.name, params)
        context[_SECRETS] = params

    def _attempted(
        self, response: Any, caught_exception: Exception | None, request_dict: Any, **_: Any
    ) -> None:
        context = request_dict["context"]
        milliseconds = (steady_seconds() - context[SENT_AT]) * 1000
        kind, failure = CALL, None
        if response is None:
            failure = CallFailed(type(caught_exception).__name__)
        elif response[0].status_code >= 300:
            kind, failure = self._judge(context, response[1])
        self._was_refusal.set(kind == REFUSAL)
        size = 0 if response is None else len(response[0].body)
        self._fire(kind, context[_NAME], milliseconds, size, failure)

    def _judge(
        self, context: Mapping[str, Any], parsed: Mapping[str, Any]
    ) -> tuple[str, CallFailed | None]:
        if throttles(parsed):
            return THROTTLE, None
        code, message = parsed["Error"]["Code"], parsed["Error"]["Message"]
        expected = self._expected.get(context[_NAME], frozenset())
        if code in expected or code in self._expected_here.get():
            return REFUSAL, None
        return CALL, CallFailed(f"{code}: {_without(message, context[_SECRETS])}")

    def _fire(
        self, kind: str, name: str, milliseconds: float, size: int, failure: CallFailed | None
    ) -> None:
        if self._environment is not None:
            fire: Any = self._environment.events.request.fire
            fire(
                request_type=kind,
                name=name,
                response_time=milliseconds,
                response_length=size,
                exception=failure,
                context={},
            )


def request_name(operation: str, parameters: Mapping[str, Any]) -> str:
    """Return the name of a request: its operation, and its challenge or flow if it has one."""
    member = _TOLD_APART_BY.get(operation)
    return operation if member is None else f"{operation} {parameters[member]}"


def _without(text: str, parameters: Mapping[str, Any]) -> str:
    """Return a text without what was sent: Cognito's validation errors repeat it."""
    redactor = Redactor()
    for sent in _texts(parameters, _TOLD_APART_BY.values()):
        redactor.register(sent)
    return redactor.scrub(text)


def _texts(value: Any, besides: Iterable[str] = ()) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name not in besides:
                yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)

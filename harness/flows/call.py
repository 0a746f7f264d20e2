"""One API call as a trace records it, with nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.redaction import MASK

__all__ = ["RETRIED", "Call", "chosen_factor", "failure_of", "started_flow"]

#: Key in botocore's context of a call: why it was sent again, once for each time.
RETRIED = "harness-retried"


@dataclass(frozen=True)
class Call:
    """One API call, with nothing secret in it.

    Attributes:
        operation: name of the operation in Cognito's API.
        started_at: when it started, in epoch seconds by the run's clock.
        latency_seconds: time from sending the request to reading the response, with retries.
        request_id: request id of the response; empty without a response.
        outcome: ``ok``, Cognito's error code, or the name of botocore's exception if there was no
            response.
        message: text of the error; empty without an error.
        parameters: members of the request.
        answer: members of the response without ResponseMetadata; empty after an error.
        retries: how often the request was sent again.
        retried: why it was sent again, as far as the harness has decided it.
        shape: the types of the members of the response by path, also of those that are redacted.
        by_app: whether an app under test has made it, with a client of its own.
    """

    operation: str
    started_at: float
    latency_seconds: float
    request_id: str
    outcome: str
    message: str
    parameters: dict[str, Any]
    answer: dict[str, Any]
    retries: int = 0
    shape: dict[str, str] = field(default_factory=dict)
    retried: tuple[str, ...] = ()
    by_app: bool = False

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == "ok"


def started_flow(call: Call) -> str:
    """Return the flow that a call starts, with the challenge that it prefers (N017)."""
    parameters = call.parameters.get("AuthParameters") or {}
    preferred = parameters.get("PREFERRED_CHALLENGE")
    flow = str(call.parameters.get("AuthFlow"))
    return f"{flow} ({preferred})" if preferred else flow


def failure_of(call: Call) -> str:
    """Return the error of a call, after the factor that it tried to choose."""
    chosen = chosen_factor(call)
    return call.outcome if chosen is None else f"{chosen}: {call.outcome}"


def chosen_factor(call: Call) -> str | None:
    """Return the factor that a call chooses; ``None`` if it answers something else.

    ANSWER of other challenges is a secret, which a call does not have.
    """
    answer = (call.parameters.get("ChallengeResponses") or {}).get("ANSWER")
    return None if answer in (None, MASK) else str(answer)

"""One API call as a trace records it, with nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["RETRIED", "Call"]

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

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == "ok"

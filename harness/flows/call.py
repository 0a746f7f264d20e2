"""One API call as a trace records it, with nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """One API call, with nothing secret in it.

    Attributes:
        operation: Cognito's name of it.
        started_at: epoch seconds by the run's clock.
        latency_seconds: from the request's leaving to the answer's being read, retries included.
        request_id: of the answer; empty when there was none.
        outcome: ``ok``, Cognito's error code, or the name of botocore's exception when there was
            no answer.
        message: of the error; empty when there was none.
        parameters: the request's members.
        answer: the answer's members, ResponseMetadata aside; empty when it was refused.
        retries: how often botocore sent the request again.
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

    @property
    def ok(self) -> bool:
        """Whether Cognito did what it was asked to."""
        return self.outcome == "ok"

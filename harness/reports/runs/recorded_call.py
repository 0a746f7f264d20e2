"""One API call of a record, as reports read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.verdicts.run_record import ScenarioLine

__all__ = ["RecordedCall", "calls_of"]


@dataclass(frozen=True)
class RecordedCall:
    """One API call; the members are those of ``harness.flows.call.Call``, with ``shape``."""

    operation: str
    started_at: float = 0.0
    latency_seconds: float = 0.0
    request_id: str = ""
    outcome: str = "ok"
    message: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    retries: int = 0
    shape: dict[str, str] = field(default_factory=dict)
    by_app: bool = False

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> RecordedCall:
        """Return the call of a record; members that later versions may add are left out."""
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in members.items() if name in known})

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.outcome == "ok"

    @property
    def step(self) -> str:
        """The challenge that the call responds to, or the flow that it starts, or nothing."""
        step = self.parameters.get("ChallengeName") or self.parameters.get("AuthFlow")
        return step if isinstance(step, str) else ""

    @property
    def name(self) -> str:
        """The operation with its step."""
        return f"{self.operation} {self.step}".rstrip()

    @property
    def title(self) -> str:
        """The name, and that an app under test has made the call, if one has."""
        return f"{self.name} by the app" if self.by_app else self.name

    @property
    def challenge(self) -> str:
        """The challenge that Cognito asks in its response; empty without one."""
        challenge = self.answer.get("ChallengeName")
        return challenge if isinstance(challenge, str) else ""

    @property
    def gives_tokens(self) -> bool:
        """Whether the response holds tokens."""
        return bool(self.answer.get("AuthenticationResult"))


def calls_of(line: ScenarioLine) -> list[RecordedCall]:
    """Return the calls of a scenario, in the order of the record."""
    return [RecordedCall.of(members) for members in line.calls]

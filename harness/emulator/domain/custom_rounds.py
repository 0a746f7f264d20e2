"""The rounds of a custom sign-in: its challenges so far and their results (A180 to A182)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.emulator.domain.next_challenge import (
    CUSTOM_CHALLENGE,
    EMAIL_OTP,
    PASSWORD_VERIFIER,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
    SRP_A,
)

#: Cognito's own challenges that DefineAuthChallenge sees in ``session`` once they are passed.
_REPORTED = frozenset({PASSWORD_VERIFIER, SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP})


@dataclass(frozen=True)
class ChallengeResult:
    """One round: the challenge, whether it was passed, and its challengeMetadata."""

    challenge: str
    passed: bool
    metadata: str | None = None

    def described(self) -> dict[str, Any]:
        """Return the entry of this round in an event's ``session``, with all members (A182)."""
        return {
            "challengeName": self.challenge,
            "challengeResult": self.passed,
            "challengeMetadata": self.metadata,
        }


@dataclass(frozen=True)
class CustomRounds:
    """The rounds of a custom sign-in.

    Attributes:
        private: privateChallengeParameters of the pending round, from CreateAuthChallenge.
        metadata: challengeMetadata of the pending round, from CreateAuthChallenge.
        completed: whether DefineAuthChallenge decided to issue tokens.
    """

    results: tuple[ChallengeResult, ...] = ()
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    metadata: str | None = None
    completed: bool = False

    @classmethod
    def begin(cls, *, with_password: bool) -> CustomRounds:
        """Return the rounds of a new sign-in: none, or a passed SRP_A if it has a password."""
        return cls((ChallengeResult(SRP_A, passed=True),) if with_password else ())

    def described(self) -> list[dict[str, Any]]:
        """Return ``session`` of the events, in the order of the rounds."""
        return [result.described() for result in self.results]

    def answered(self, *, passed: bool) -> CustomRounds:
        """Return the rounds with the result of the pending custom challenge."""
        result = ChallengeResult(CUSTOM_CHALLENGE, passed, self.metadata)
        return CustomRounds((*self.results, result))

    def after(self, challenge: str) -> CustomRounds:
        """Return the rounds after a passed challenge of Cognito's own; some are not reported."""
        if challenge not in _REPORTED:
            return self
        return replace(self, results=(*self.results, ChallengeResult(challenge, passed=True)))

    @property
    def password_asked(self) -> bool:
        """Whether the sign-in began with SRP_A."""
        return self._has(SRP_A)

    @property
    def password_proven(self) -> bool:
        """Whether PASSWORD_VERIFIER was passed."""
        return self._has(PASSWORD_VERIFIER)

    def _has(self, challenge: str) -> bool:
        return any(result.challenge == challenge for result in self.results)

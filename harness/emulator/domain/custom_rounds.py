"""A custom sign-in on its way: what was asked and answered in it so far (A180 to A182)."""

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

#: The challenges of Cognito's own that DefineAuthChallenge is told of once they are answered.
_TOLD = frozenset({PASSWORD_VERIFIER, SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP})


@dataclass(frozen=True)
class ChallengeResult:
    """One round: the challenge, whether it was passed, and the name that its maker gave it."""

    challenge: str
    passed: bool
    metadata: str | None = None

    def described(self) -> dict[str, Any]:
        """The entry of an event's ``session``: one for each round, all three members (A182)."""
        return {
            "challengeName": self.challenge,
            "challengeResult": self.passed,
            "challengeMetadata": self.metadata,
        }


@dataclass(frozen=True)
class CustomRounds:
    """The rounds of a custom sign-in.

    Attributes:
        private, metadata: what CreateAuthChallenge said about the pending round.
        completed: DefineAuthChallenge has said that tokens may be issued.
    """

    results: tuple[ChallengeResult, ...] = ()
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    metadata: str | None = None
    completed: bool = False

    @classmethod
    def begin(cls, *, with_password: bool) -> CustomRounds:
        """No round yet; a sign-in with a password begins with SRP_A, which counts as passed."""
        return cls((ChallengeResult(SRP_A, passed=True),) if with_password else ())

    def described(self) -> list[dict[str, Any]]:
        """``session`` of the events, in the order of the rounds."""
        return [result.described() for result in self.results]

    def answered(self, *, passed: bool) -> CustomRounds:
        """The rounds with an answer to the pending custom challenge."""
        result = ChallengeResult(CUSTOM_CHALLENGE, passed, self.metadata)
        return CustomRounds((*self.results, result))

    def after(self, challenge: str) -> CustomRounds:
        """The rounds with a challenge of Cognito's own passed, if it is one that is told."""
        if challenge not in _TOLD:
            return self
        return replace(self, results=(*self.results, ChallengeResult(challenge, passed=True)))

    @property
    def password_asked(self) -> bool:
        """Whether it began with SRP_A."""
        return self._has(SRP_A)

    @property
    def password_proven(self) -> bool:
        """Whether PASSWORD_VERIFIER was passed."""
        return self._has(PASSWORD_VERIFIER)

    def _has(self, challenge: str) -> bool:
        return any(result.challenge == challenge for result in self.results)

"""DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.next_challenge import CUSTOM_CHALLENGE
from harness.emulator.triggers.events import Occasion, given_metadata
from harness.emulator.triggers.sign_in import known_or_not

if TYPE_CHECKING:
    from harness.emulator.domain.attempt import CustomSignIn
    from harness.emulator.triggers.runner import TriggerRunner

_CAUSE = "Authentication"


@dataclass(frozen=True)
class NextStep:
    """The decision of DefineAuthChallenge: fail, issue tokens, or the next challenge."""

    fail: bool
    issue_tokens: bool
    challenge: str | None


@dataclass(frozen=True)
class CreatedChallenge:
    """The challenge that CreateAuthChallenge made.

    Attributes:
        public: publicChallengeParameters, which the client gets.
        private: privateChallengeParameters, which VerifyAuthChallengeResponse gets.
        metadata: challengeMetadata, which later events show.
    """

    public: Mapping[str, str] = field(repr=False)
    private: Mapping[str, str] = field(repr=False)
    metadata: str | None


def define_auth_challenge(triggers: TriggerRunner, sign_in: CustomSignIn) -> NextStep:
    """Run DefineAuthChallenge and return its decision.

    Raises:
        Refusal: the trigger is missing, it failed, or it decided nothing that is possible now.
    """
    occasion = _occasion(
        triggers, sign_in, "DefineAuthChallenge", session=sign_in.rounds.described()
    )
    response = triggers.run(occasion)
    step = NextStep(bool(response["failAuthentication"]), bool(response["issueTokens"]), None)
    if step.fail or step.issue_tokens:
        return step
    challenge = response["challengeName"]
    if challenge not in sign_in.possible_challenges():
        triggers.note(
            occasion,
            f"response.challengeName is {challenge!r}; "
            f"it must be {' or '.join(sign_in.possible_challenges())} here",
        )
        raise refusals.trigger_response_invalid()
    return NextStep(fail=False, issue_tokens=False, challenge=challenge)


def create_auth_challenge(triggers: TriggerRunner, sign_in: CustomSignIn) -> CreatedChallenge:
    """Run CreateAuthChallenge and return the next custom challenge."""
    occasion = _occasion(
        triggers,
        sign_in,
        "CreateAuthChallenge",
        challengeName=CUSTOM_CHALLENGE,
        session=sign_in.rounds.described(),
    )
    response = triggers.run(occasion)
    return CreatedChallenge(
        public=response["publicChallengeParameters"] or {},
        private=response["privateChallengeParameters"] or {},
        metadata=response["challengeMetadata"],
    )


def verify_auth_challenge_response(
    triggers: TriggerRunner, sign_in: CustomSignIn, answer: str
) -> bool:
    """Run VerifyAuthChallengeResponse and return whether the answer is right; by default it is not.

    Args:
        triggers: the runner of the handlers.
        sign_in: the custom sign-in.
        answer: ANSWER of the challenge response.
    """
    occasion = _occasion(
        triggers,
        sign_in,
        "VerifyAuthChallengeResponse",
        privateChallengeParameters=dict(sign_in.rounds.private),
        challengeAnswer=answer,
    )
    return bool(triggers.run(occasion)["answerCorrect"])


def _occasion(
    triggers: TriggerRunner, sign_in: CustomSignIn, trigger: str, **members: Any
) -> Occasion:
    """Return the occasion of a trigger in a custom sign-in.

    Raises:
        Refusal: there is no handler for the trigger (A110).
    """
    if not triggers.runs(sign_in.client.pool, trigger):
        raise refusals.custom_auth_not_configured()
    user = sign_in.attempt.user if sign_in.attempt else None
    request = {**known_or_not(sign_in.client, user), **members, **given_metadata()}
    return Occasion(trigger, _CAUSE, sign_in.client.pool, sign_in.name, request)

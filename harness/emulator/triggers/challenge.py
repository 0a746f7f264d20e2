"""DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import CustomSignIn
from harness.emulator.domain.next_challenge import CUSTOM_CHALLENGE
from harness.emulator.triggers.events import Occasion, given_metadata
from harness.emulator.triggers.runner import TriggerRunner
from harness.emulator.triggers.sign_in import known_or_not

_CAUSE = "Authentication"


@dataclass(frozen=True)
class NextStep:
    """What DefineAuthChallenge decided: to fail, to issue tokens, or which challenge is next."""

    fail: bool
    issue_tokens: bool
    challenge: str | None


@dataclass(frozen=True)
class CreatedChallenge:
    """What CreateAuthChallenge made: what the client sees, what the answer is checked against."""

    public: Mapping[str, str] = field(repr=False)
    private: Mapping[str, str] = field(repr=False)
    metadata: str | None


def define_auth_challenge(triggers: TriggerRunner, sign_in: CustomSignIn) -> NextStep:
    """Ask what comes next; nothing at all is no answer."""
    occasion = _occasion(
        triggers, sign_in, "DefineAuthChallenge", session=sign_in.rounds.described()
    )
    said = triggers.run(occasion)
    step = NextStep(bool(said["failAuthentication"]), bool(said["issueTokens"]), None)
    if step.fail or step.issue_tokens:
        return step
    if said["challengeName"] not in sign_in.possible_challenges():
        triggers.note(
            occasion,
            f"response.challengeName is {said['challengeName']!r}; "
            f"possible here: {', '.join(sign_in.possible_challenges())}",
        )
        raise refusals.trigger_answer_invalid()
    return NextStep(fail=False, issue_tokens=False, challenge=said["challengeName"])


def create_auth_challenge(triggers: TriggerRunner, sign_in: CustomSignIn) -> CreatedChallenge:
    """Ask for the content of the next custom challenge."""
    occasion = _occasion(
        triggers,
        sign_in,
        "CreateAuthChallenge",
        challengeName=CUSTOM_CHALLENGE,
        session=sign_in.rounds.described(),
    )
    made = triggers.run(occasion)
    return CreatedChallenge(
        public=made["publicChallengeParameters"] or {},
        private=made["privateChallengeParameters"] or {},
        metadata=made["challengeMetadata"],
    )


def verify_auth_challenge_response(
    triggers: TriggerRunner, sign_in: CustomSignIn, answer: str
) -> bool:
    """Ask whether an answer is right; unless that is said, it is not."""
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
    """An occasion of a custom sign-in; refused where no handler was given for it (A110)."""
    if trigger not in triggers.given:
        raise refusals.custom_auth_not_configured()
    user = sign_in.attempt.user if sign_in.attempt else None
    request = {**known_or_not(sign_in.client, user), **members, **given_metadata()}
    return Occasion(trigger, _CAUSE, sign_in.client.pool, sign_in.name, request)

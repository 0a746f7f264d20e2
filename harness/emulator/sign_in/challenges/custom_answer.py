"""CUSTOM_CHALLENGE: an answer that the user's own trigger judges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.custom_rounds import CustomSignIn
from harness.emulator.sign_in.challenge_response import Answer
from harness.emulator.sign_in.challenges.custom import next_round
from harness.emulator.sign_in.first_factor import check_state
from harness.emulator.triggers.challenge import verify_auth_challenge_response


def custom_challenge(answer: Answer) -> dict[str, Any]:
    """Take the answer to a custom challenge, right or wrong, and go on as Define says (A181).

    The session is spent by the answer, whatever the triggers make of it: after a trigger's error
    there is no second try (https://github.com/aws-samples/amazon-cognito-passwordless-email-auth,
    issue 17).
    """
    if answer.session is None:
        raise refusals.missing_required_parameter("Session")
    user = answer.find_user()
    session = answer.engine.sessions.find(answer.session, answer.now)
    answer.require_same_sign_in(session, user, username=answer.responses["USERNAME"])
    if session.challenge != answer.challenge:
        raise refusals.session_invalid()
    (given,) = answer.responses.required("ANSWER")
    sign_in = _with_device(answer, session.facts["custom"])
    answer.engine.sessions.use(session)
    passed = verify_auth_challenge_response(answer.engine, sign_in, given)
    rounds = sign_in.rounds.answered(passed=passed)
    return next_round(answer.engine, answer.caller, replace(sign_in, rounds=rounds))


def _with_device(answer: Answer, sign_in: CustomSignIn) -> CustomSignIn:
    """The sign-in with the device that this answer presents, or the one from before (D084)."""
    attempt = sign_in.attempt
    if attempt is None:
        return sign_in
    check_state(answer.client, attempt.user)
    attempt.require_uninterrupted()
    device = answer.presented_device(attempt.user) or attempt.device
    attempt = replace(attempt, answered_as=answer.responses["USERNAME"], device=device)
    return replace(sign_in, attempt=attempt)

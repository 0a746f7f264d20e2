"""CUSTOM_AUTH and CUSTOM_CHALLENGE: triggers choose the challenges and judge the responses (A180).

Define chooses the next step, Create makes the challenge and Verify judges the response. These
rounds repeat until Define fails the sign-in or issues tokens. Cognito handles its own challenges
itself: the password may come first, MFA follows the password, and a remembered device proves
itself at the end (D091). Without the password there is no MFA:
https://github.com/aws-amplify/amplify-js/issues/12887
"""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, CustomSignIn, check_state
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.next_challenge import CUSTOM_CHALLENGE, PASSWORD_VERIFIER
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import password
from harness.emulator.sign_in.put import Outcome, Result, challenge_result
from harness.emulator.triggers.challenge import (
    create_auth_challenge,
    define_auth_challenge,
    verify_auth_challenge_response,
)


def next_round(service: Service, sign_in: CustomSignIn) -> Outcome:
    """Call DefineAuthChallenge and follow it: put a challenge, issue tokens, or refuse."""
    step = define_auth_challenge(service.triggers, sign_in)
    if step.fail:
        raise refusals.incorrect_username_or_password()  # A183
    if step.issue_tokens:
        return _completed(sign_in)
    if step.challenge == PASSWORD_VERIFIER:
        assert sign_in.srp_a is not None
        return password.put(
            service,
            sign_in.client,
            sign_in.name,
            sign_in.srp_a,
            sign_in.device_key,
            custom=sign_in.rounds,
        )
    return _put(service, sign_in)


def continue_rounds(service: Service, attempt: Attempt, rounds: CustomRounds) -> Outcome:
    """Continue the rounds after one of Cognito's own challenges."""
    sign_in = CustomSignIn(attempt.client, attempt.user.username, attempt, rounds)
    return next_round(service, sign_in)


def _completed(sign_in: CustomSignIn) -> Attempt:
    """Return the sign-in with its rounds completed; tokens or the device's proof come next."""
    attempt = sign_in.attempt
    # The triggers or another caller may have disabled or deleted the user by now.
    if attempt is None or attempt.user not in attempt.pool.users:
        raise refusals.incorrect_username_or_password()
    check_state(attempt.client, attempt.user)
    return replace(attempt, custom=replace(sign_in.rounds, completed=True))


def _put(service: Service, sign_in: CustomSignIn) -> Result:
    """Put CUSTOM_CHALLENGE: public parameters, USERNAME, and a new Session (A181)."""
    created = create_auth_challenge(service.triggers, sign_in)
    rounds = replace(sign_in.rounds, private=created.private, metadata=created.metadata)
    about = replace(sign_in, rounds=rounds)
    now = service.clock.time()
    opened = service.sessions.open_for(sign_in.client, sign_in.name, CUSTOM_CHALLENGE, about, now)
    parameters = {**created.public, "USERNAME": sign_in.name}
    return challenge_result(CUSTOM_CHALLENGE, parameters, opened.text)


def judge(response: ChallengeResponse) -> Outcome:
    """Let the trigger judge a response, then continue as Define says (A181).

    Every response uses the session, even one at which a trigger fails: there is no second try
    (https://github.com/aws-samples/amazon-cognito-passwordless-email-auth, issue 17).
    """
    text = response.require_session()
    user = response.user()
    session = response.open_session(text, user, unknown=response.username)
    (answer,) = response.responses.required("ANSWER")
    about = session.about
    assert isinstance(about, CustomSignIn)
    sign_in = _with_device(response, about)
    response.service.sessions.use(session)
    triggers = response.service.triggers
    passed = verify_auth_challenge_response(triggers, sign_in, answer)
    rounds = sign_in.rounds.answered(passed=passed)
    return next_round(response.service, replace(sign_in, rounds=rounds))


def _with_device(response: ChallengeResponse, sign_in: CustomSignIn) -> CustomSignIn:
    """Return the sign-in with the device of this response or of an earlier one (D084)."""
    attempt = sign_in.attempt
    if attempt is None:
        return sign_in
    check_state(response.client, attempt.user)
    attempt.require_uninterrupted()
    device = response.device_of(attempt.user) or attempt.device
    attempt = replace(attempt, answered_as=response.username, device=device)
    return replace(sign_in, attempt=attempt)

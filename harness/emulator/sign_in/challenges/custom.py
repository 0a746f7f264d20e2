"""CUSTOM_AUTH: the user's own triggers say what has to be proven, and whether it was (A180).

Define says what comes next, Create makes the question, Verify judges the answer, and so on until
Define fails the sign-in or lets tokens be issued. Cognito's own challenges stay its own: the
password may come first, MFA follows the password by itself, and a remembered device proves itself
at the end (D091). Without the password there is no MFA:
https://github.com/aws-amplify/amplify-js/issues/12887
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.domain.custom_rounds import CustomRounds, CustomSignIn
from harness.emulator.domain.next_challenge import CUSTOM_CHALLENGE, PASSWORD_VERIFIER
from harness.emulator.sign_in.first_factor import check_state, start_srp
from harness.emulator.stores.sessions import Session
from harness.emulator.triggers.challenge import create_auth_challenge, define_auth_challenge

if TYPE_CHECKING:
    from harness.emulator.engine import Caller, Engine


def next_round(engine: Engine, caller: Caller, sign_in: CustomSignIn) -> dict[str, Any]:
    """Ask DefineAuthChallenge, and answer with what it says: a challenge, tokens, or a refusal."""
    step = define_auth_challenge(engine, sign_in)
    if step.fail:
        raise refusals.incorrect_username_or_password()  # A183
    if step.issue_tokens:
        return _complete(engine, caller, sign_in)
    if step.challenge == PASSWORD_VERIFIER:
        assert sign_in.srp_a is not None
        return start_srp(
            engine,
            sign_in.client,
            sign_in.name,
            sign_in.srp_a,
            sign_in.device_key,
            custom=sign_in.rounds,
        )
    return _put_custom_challenge(engine, sign_in)


def go_on(engine: Engine, caller: Caller, attempt: Attempt, rounds: CustomRounds) -> dict[str, Any]:
    """Go on with the rounds after a challenge of Cognito's own."""
    sign_in = CustomSignIn(attempt.client, attempt.user.username, attempt, rounds)
    return next_round(engine, caller, sign_in)


def _complete(engine: Engine, caller: Caller, sign_in: CustomSignIn) -> dict[str, Any]:
    """Issue tokens, after the device's proof if there is one; nobody gets any."""
    attempt = sign_in.attempt
    # The triggers may have disabled or deleted him, or another caller meanwhile.
    if attempt is None or attempt.user not in attempt.pool.users:
        raise refusals.incorrect_username_or_password()
    check_state(attempt.client, attempt.user)
    completed = replace(sign_in.rounds, completed=True)
    return proceed(engine, caller, replace(attempt, custom=completed))


def _put_custom_challenge(engine: Engine, sign_in: CustomSignIn) -> dict[str, Any]:
    """CUSTOM_CHALLENGE with the public parameters and USERNAME, and a new Session (A181)."""
    made = create_auth_challenge(engine, sign_in)
    client, now = sign_in.client, engine.clock.time()
    rounds = replace(sign_in.rounds, private=made.private, metadata=made.metadata)
    facts: dict[str, Any] = {"custom": replace(sign_in, rounds=rounds)}
    if sign_in.attempt is not None:
        facts["attempt"] = sign_in.attempt
    session = Session(
        pool_id=client.pool.pool_id,
        client_id=client.client_id,
        username=sign_in.name,
        challenge=CUSTOM_CHALLENGE,
        expires_at=now + client.session_seconds,
        facts=facts,
    )
    return {
        "ChallengeName": CUSTOM_CHALLENGE,
        "Session": engine.sessions.open(session, now),
        "ChallengeParameters": {**made.public, "USERNAME": sign_in.name},
    }

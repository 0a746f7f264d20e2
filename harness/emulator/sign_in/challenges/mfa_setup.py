"""MFA_SETUP: the user sets up a software token during the sign-in.

AssociateSoftwareToken and VerifySoftwareToken do the work between put and judge; see
`harness.emulator.operations.software_tokens`.
"""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import MFA_SETUP, SOFTWARE_TOKEN_MFA
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, json_text, put_challenge


def put(service: Service, attempt: Attempt) -> Result:
    """Put MFA_SETUP with the factors that a sign-in can set up: the software token (A170, A234)."""
    possible = [factor for factor in attempt.pool.mfa.factors() if factor == SOFTWARE_TOKEN_MFA]
    parameters = {"MFAS_CAN_SETUP": json_text(possible), "USER_ID_FOR_SRP": attempt.user.username}
    return put_challenge(service, attempt, MFA_SETUP, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Continue after VerifySoftwareToken has succeeded (A207).

    The token must still be the user's: an administrator may have deleted it (A223).
    """
    session, attempt = response.pending()
    token = attempt.verified_token
    if token is None or attempt.user.software_token is not token:
        raise refusals.software_token_not_on_user()
    response.service.sessions.use(session)
    after = replace(attempt, mfa_passed=True, answered_as=response.username, device=None)
    return after.after(response.challenge)

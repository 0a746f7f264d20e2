"""MFA_SETUP: the user sets up a software token or an email address during the sign-in.

For a software token, AssociateSoftwareToken and VerifySoftwareToken do the work between put and
judge; see `harness.emulator.operations.software_tokens`. An email address is the response itself.
"""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    MFA_SETUP,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
)
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import one_time_code
from harness.emulator.sign_in.put import Outcome, Result, json_text, put_challenge
from harness.emulator.stores.sessions import Session

#: The factors that MFA_SETUP sets up, in Cognito's order.
_SET_UP = (SOFTWARE_TOKEN_MFA, EMAIL_OTP)


def put(service: Service, attempt: Attempt) -> Result:
    """Put MFA_SETUP with the factors that a sign-in can set up (A170, A234, M112).

    A phone number cannot be set up there.
    """
    possible = [factor for factor in _SET_UP if factor in attempt.pool.mfa.factors()]
    parameters = {"MFAS_CAN_SETUP": json_text(possible), "USER_ID_FOR_SRP": attempt.user.username}
    return put_challenge(service, attempt, MFA_SETUP, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Continue after VerifySoftwareToken has succeeded (A207), or send a code to EMAIL (M113).

    The token must still be the user's: an administrator may have deleted it (A223).
    """
    session, attempt = response.pending()
    email = response.responses.get("EMAIL")
    if email is not None and EMAIL_OTP in attempt.pool.mfa.factors():
        one_time_code.require_set_up(response.service, attempt)
        response.pool.schema.check_new({"email": email})
        result = one_time_code.put_new_email(response.service, attempt, email)
        response.service.sessions.use(session)
        return result
    return _judge_token(response, session, attempt)


def judge_on_pages(response: ChallengeResponse) -> Outcome:
    """Do the same on the pages of managed login, which set up a phone number too (H055, H057).

    In the API a phone number must be there before the sign-in, so it has no name in
    ChallengeResponses: PHONE_NUMBER is our own, and only the pages know it.
    """
    number = response.responses.get("PHONE_NUMBER")
    if number is None:
        return judge(response)
    session, attempt = response.pending()
    if SMS_MFA not in attempt.pool.mfa.factors():
        raise refusals.no_delivery_config(SMS_MFA)
    one_time_code.require_set_up(response.service, attempt)
    response.pool.schema.check_new({"phone_number": number})
    result = one_time_code.put_new_phone(response.service, attempt, number)
    response.service.sessions.use(session)
    return result


def _judge_token(response: ChallengeResponse, session: Session, attempt: Attempt) -> Attempt:
    token = attempt.verified_token
    if token is None or attempt.user.software_token is not token:
        raise refusals.software_token_not_on_user()
    response.service.sessions.use(session)
    after = replace(attempt, mfa_passed=True, answered_as=response.username, device=None)
    return after.after(response.challenge)

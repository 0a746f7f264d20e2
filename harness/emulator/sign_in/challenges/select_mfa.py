"""SELECT_MFA_TYPE: the choice between several second factors."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import EMAIL_OTP, SELECT_MFA_TYPE, factors_to_choose
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, json_text, put_challenge

#: The response to SELECT_MFA_TYPE that the service model names for email (A175, A316).
_SYNONYMS = {"EMAIL_MFA": EMAIL_OTP}


def put(service: Service, attempt: Attempt) -> Result:
    """Ask which factor to use (A175)."""
    choice = factors_to_choose(attempt.facts(service.settings))
    parameters = {
        "MFAS_CAN_CHOOSE": json_text(list(choice)),
        "USER_ID_FOR_SRP": attempt.user.username,
    }
    return put_challenge(service, attempt, SELECT_MFA_TYPE, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Accept one of the offered factors (A175); Cognito's text for anything else is unknown."""
    session, attempt = response.pending()
    (answer,) = response.responses.required("ANSWER")
    chosen = _SYNONYMS.get(answer, answer)
    if chosen not in factors_to_choose(attempt.facts(response.service.settings)):
        raise refusals.invalid_parameter("ANSWER is not one of the factors that can be chosen.")
    response.service.sessions.use(session)
    return replace(attempt, chosen_factor=chosen).after(response.challenge)

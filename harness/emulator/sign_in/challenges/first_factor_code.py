"""EMAIL_OTP and SMS_OTP as first factors: a code that Cognito sends instead of asking a password.

EMAIL_OTP is a second factor too, with a session of its own kind: see
`harness.emulator.sign_in.challenges.one_time_code`.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import FirstFactorSignIn
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.codes import MFA
from harness.emulator.domain.first_factors import CODE_CONTACT, FIRST_FACTOR_DIGITS
from harness.emulator.refusals import Refusal
from harness.emulator.rules.delivery import check_delivery, deliver, simulated_contact
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import one_time_code
from harness.emulator.sign_in.first_factor import proven, waiting
from harness.emulator.sign_in.put import Outcome, Result, put_first_factor


def contact_of(factor: str) -> str:
    """Return the attribute that the code of a first factor is sent to."""
    return CODE_CONTACT[factor]


def put(service: Service, sign_in: FirstFactorSignIn) -> Result:
    """Send a code and say where it went; it is valid as long as its session (N020, N029).

    For an unknown user nothing is sent, and the answer looks the same (N022, A102). The messages
    are those of MFA (N008), and so are the triggers'
    (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html).
    """
    contact, pool, user = contact_of(sign_in.factor), sign_in.client.pool, sign_in.user
    check_delivery(service, pool, contact)
    code = service.random.digits(FIRST_FACTOR_DIGITS)
    if user is None:
        sent, destination = simulated_contact(pool, sign_in.name, contact), None
    else:
        destination = user.attributes[contact]
        sent = deliver(service, pool, user, MFA, contact, code, destination=destination)
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": sent["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": sent["Destination"],
    }
    waiting_for_code = replace(sign_in, secret=code, destination=destination)
    return put_first_factor(service, waiting_for_code, parameters)


def judge_email(response: ChallengeResponse) -> Outcome:
    """Judge EMAIL_OTP as what its session asked for: a first factor, or MFA."""
    session = response.service.sessions.peek(response.session or "")
    if session is not None and isinstance(session.about, FirstFactorSignIn):
        return _judge(response, "EMAIL_OTP_CODE")
    return one_time_code.judge_email(response)


def judge_sms(response: ChallengeResponse) -> Outcome:
    """Judge the code of SMS_OTP, which is a first factor only."""
    return _judge(response, "SMS_OTP_CODE")


def _judge(response: ChallengeResponse, member: str) -> Outcome:
    """Accept the right code; a wrong one leaves the session usable (N029, N030, M126).

    The right one verifies its contact:
    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    """
    session, sign_in = waiting(response)
    (code,) = response.responses.required(member)
    if sign_in.user is None:
        raise refusals.one_time_code_mismatch().because("there is no user of this USERNAME")
    _require_same_contact(sign_in)
    if not hmac.compare_digest(sign_in.secret.encode(), code.encode()):
        raise refusals.one_time_code_mismatch().because("the code is another one")
    attempt = proven(response, session, sign_in, sign_in.user)
    response.service.sessions.use(session)
    with suppress(Refusal):  # another user's alias by now: the contact stays unverified
        mark_verified(response.pool, sign_in.user, contact_of(sign_in.factor))
    return attempt


def _require_same_contact(sign_in: FirstFactorSignIn) -> None:
    """Refuse the code if the user has another address or number by now."""
    contact = contact_of(sign_in.factor)
    if sign_in.user is not None and sign_in.user.attributes.get(contact) != sign_in.destination:
        raise refusals.session_invalid().because(
            f"the {contact} of the user was changed after the code was sent"
        )

"""SMS_MFA and EMAIL_OTP: an MFA code that Cognito sends by SMS or email."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.codes import MFA
from harness.emulator.domain.next_challenge import (
    CODE_DIGITS,
    CONTACT,
    EMAIL_OTP,
    MFA_SETUP,
    SMS_MFA,
    next_challenge,
)
from harness.emulator.refusals import Refusal
from harness.emulator.rules.delivery import deliver
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, put_challenge


def put_sms(service: Service, attempt: Attempt) -> Result:
    """Send a code by SMS (A173)."""
    return _put(service, attempt, SMS_MFA)


def put_email(service: Service, attempt: Attempt) -> Result:
    """Send a code by email (A174)."""
    return _put(service, attempt, EMAIL_OTP)


def put_new_email(service: Service, attempt: Attempt, email: str) -> Result:
    """Send a code to the address that the user sets up as their factor (M113)."""
    return _put(service, replace(attempt, new_email=email), EMAIL_OTP)


def put_new_phone(service: Service, attempt: Attempt, number: str) -> Result:
    """Send a code to the phone number that the user sets up as their factor (H055, H057)."""
    return _put(service, replace(attempt, new_phone=number), SMS_MFA)


def put_again(service: Service, attempt: Attempt, challenge: str) -> Result:
    """Send a new code to where the last one went.

    Raises:
        Refusal: the user has lost that contact since.
    """
    is_new = attempt.new_phone is not None or attempt.new_email is not None
    if not is_new and CONTACT[challenge] not in attempt.user.attributes:
        raise refusals.session_invalid().because(f"the user has no {CONTACT[challenge]} any more")
    return _put(service, attempt, challenge)


def require_set_up(service: Service, attempt: Attempt) -> None:
    """Refuse a sign-in whose user has a factor by now, even from another sign-in.

    Otherwise somebody with only the password could keep a session of MFA_SETUP, wait until the user
    has set up a factor, and pass MFA with an address of their own.
    """
    if next_challenge(attempt.facts(service.settings)) != MFA_SETUP:
        raise refusals.session_invalid()


def _put(service: Service, attempt: Attempt, challenge: str) -> Result:
    """Send a code and say where it went; it is valid as long as its session (A232)."""
    code = service.random.digits(CODE_DIGITS[challenge])
    contact = CONTACT[challenge]
    new = attempt.new_phone if challenge == SMS_MFA else attempt.new_email
    address = new or attempt.user.attributes[contact]
    sent = deliver(service, attempt.pool, attempt.user, MFA, contact, code, destination=address)
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": sent["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": sent["Destination"],
        "USER_ID_FOR_SRP": attempt.user.username,
    }
    pending = replace(attempt, code=code, sent_to=address)
    return put_challenge(service, pending, challenge, parameters)


def judge_sms(response: ChallengeResponse) -> Outcome:
    """Accept an SMS code; it proves the phone number as well (A225, A233).

    A number that was set up on the pages becomes the user's (H055). One that has taken its place
    since is proven by nothing.
    """
    session, attempt = response.pending()
    after = response.passed_factor(attempt)
    _check_code(response, attempt, "SMS_MFA_CODE")
    if attempt.new_phone is not None:
        require_set_up(response.service, attempt)
        mark_verified(response.pool, attempt.user, "phone_number", value=attempt.new_phone)
    elif attempt.user.attributes.get("phone_number", "") == attempt.sent_to:
        with suppress(Refusal):  # another user's alias by now: the phone number stays unverified
            mark_verified(response.pool, attempt.user, "phone_number")
    response.service.sessions.use(session)
    return after


def judge_email(response: ChallengeResponse) -> Outcome:
    """Accept an email code (A225); an address that MFA_SETUP sets up becomes the user's (M113)."""
    session, attempt = response.pending()
    after = response.passed_factor(attempt)
    _check_code(response, attempt, "EMAIL_OTP_CODE")
    if attempt.new_email is not None:
        require_set_up(response.service, attempt)
        mark_verified(response.pool, attempt.user, "email", value=attempt.new_email)
    response.service.sessions.use(session)
    return after


def _check_code(response: ChallengeResponse, attempt: Attempt, member: str) -> None:
    (code,) = response.responses.required(member)
    sent = attempt.code
    if sent is None or not hmac.compare_digest(sent.encode(), code.encode()):
        raise refusals.one_time_code_mismatch()

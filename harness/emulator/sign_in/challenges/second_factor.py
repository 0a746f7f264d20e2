"""The second factor: its choice, its code, or its set-up."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain import next_challenge
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.domain.attributes import mark_verified
from harness.emulator.domain.next_challenge import factors_to_choose
from harness.emulator.domain.totp import Verdict
from harness.emulator.refusals import Refusal
from harness.emulator.sign_in.challenge_response import Answer
from harness.emulator.stores.sessions import Session

#: The answer to SELECT_MFA_TYPE that the service model names for e-mail (A175, A316).
_SYNONYMS = {"EMAIL_MFA": next_challenge.EMAIL_OTP}


def software_token_mfa(answer: Answer) -> dict[str, Any]:
    """Take a TOTP code; a wrong or used one leaves the session usable (A224 to A229)."""
    session, attempt = answer.pending()
    (code,) = answer.responses.required("SOFTWARE_TOKEN_MFA_CODE")
    passed = _passed(answer, attempt)
    token = attempt.user.software_token
    if token is None:
        raise refusals.software_token_not_on_user()
    verdict = token.accept(code, answer.now)
    if verdict is Verdict.USED:
        raise refusals.software_token_code_used()
    if verdict is Verdict.MISMATCH:
        raise refusals.software_token_code_mismatch()
    return _go_on(answer, session, passed)


def sms_mfa(answer: Answer) -> dict[str, Any]:
    """Take an SMS code; it proves the phone number as well (A225, A233)."""
    session, attempt = answer.pending()
    passed = _passed(answer, attempt)
    _check_code(answer, attempt, "SMS_MFA_CODE")
    with suppress(Refusal):  # somebody else's alias by now: the number stays unverified
        mark_verified(answer.pool, attempt.user, "phone_number")
    return _go_on(answer, session, passed)


def email_otp(answer: Answer) -> dict[str, Any]:
    """Take an e-mail code (A225)."""
    session, attempt = answer.pending()
    passed = _passed(answer, attempt)
    _check_code(answer, attempt, "EMAIL_OTP_CODE")
    return _go_on(answer, session, passed)


def select_mfa_type(answer: Answer) -> dict[str, Any]:
    """Take the choice among several factors (A175); the text for another answer is unknown."""
    session, attempt = answer.pending()
    (given,) = answer.responses.required("ANSWER")
    chosen = _SYNONYMS.get(given, given)
    if chosen not in factors_to_choose(attempt.facts(answer.engine)):
        raise refusals.invalid_parameter("ANSWER is none of the factors that can be chosen.")
    return _go_on(answer, session, replace(attempt, chosen_factor=chosen))


def mfa_setup(answer: Answer) -> dict[str, Any]:
    """Go on after a set-up that VerifySoftwareToken ended with success (A207).

    The token must still be the user's: an administrator may have taken it away (A223).
    """
    session, attempt = answer.pending()
    token = attempt.verified_token
    if token is None or attempt.user.software_token is not token:
        raise refusals.software_token_not_on_user()
    name = answer.responses["USERNAME"]
    passed = replace(attempt, mfa_passed=True, answered_as=name, device=None)
    return _go_on(answer, session, passed)


def _passed(answer: Answer, attempt: Attempt) -> Attempt:
    """The attempt with MFA passed; only the device of this answer counts from now on (D057)."""
    device = answer.presented_device(attempt.user)
    return replace(
        attempt,
        mfa_passed=True,
        answered_as=answer.responses["USERNAME"],
        device=device,
        device_proven=attempt.device_proven and device is attempt.device,
    )


def _check_code(answer: Answer, attempt: Attempt, member: str) -> None:
    (code,) = answer.responses.required(member)
    sent = attempt.code
    if sent is None or not hmac.compare_digest(sent.encode(), code.encode()):
        raise refusals.one_time_code_mismatch()


def _go_on(answer: Answer, session: Session, attempt: Attempt) -> dict[str, Any]:
    answer.engine.sessions.use(session)
    return proceed(answer.engine, answer.caller, attempt.after(answer.challenge))

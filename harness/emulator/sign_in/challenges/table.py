"""Every challenge: how it is put, and how its response is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.emulator.domain.attempt import Attempt
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.challenges import (
    custom,
    device,
    first_factor_code,
    mfa_setup,
    new_password,
    one_time_code,
    password,
    select_challenge,
    select_mfa,
    software_token,
    web_authn,
)
from harness.emulator.sign_in.put import Outcome, Result


class Challenge(NamedTuple):
    """The two functions of a challenge.

    Attributes:
        judge: checks a response; returns the sign-in that continues, or the next challenge if this
            challenge has a fixed successor.
        put: puts the challenge after the first factor; ``None`` for a challenge that begins a
            sign-in or follows only from another challenge.
    """

    judge: Callable[[ChallengeResponse], Outcome]
    put: Callable[[Service, Attempt], Result] | None = None


CHALLENGES: Mapping[str, Challenge] = {
    "PASSWORD_VERIFIER": Challenge(password.judge),
    "SELECT_CHALLENGE": Challenge(select_challenge.judge),
    "PASSWORD": Challenge(select_challenge.judge_named),
    "PASSWORD_SRP": Challenge(select_challenge.judge_named),
    "NEW_PASSWORD_REQUIRED": Challenge(new_password.judge, new_password.put),
    "MFA_SETUP": Challenge(mfa_setup.judge, mfa_setup.put),
    "SELECT_MFA_TYPE": Challenge(select_mfa.judge, select_mfa.put),
    "SOFTWARE_TOKEN_MFA": Challenge(software_token.judge, software_token.put),
    "SMS_MFA": Challenge(one_time_code.judge_sms, one_time_code.put_sms),
    "EMAIL_OTP": Challenge(first_factor_code.judge_email, one_time_code.put_email),
    "SMS_OTP": Challenge(first_factor_code.judge_sms),
    "WEB_AUTHN": Challenge(web_authn.judge),
    "DEVICE_SRP_AUTH": Challenge(device.judge, device.put),
    "DEVICE_PASSWORD_VERIFIER": Challenge(device.judge_proof),
    "CUSTOM_CHALLENGE": Challenge(custom.judge),
}

"""MFA_SETUP, SELECT_MFA_TYPE, SOFTWARE_TOKEN_MFA, and the codes that Cognito sends."""

from __future__ import annotations

import json

from harness.errors import HarnessError, UnexpectedResult
from harness.flows.handlers.base import HandlerTools, can_read_code_of, device_key, needed
from harness.flows.mfa import enrol_by_session
from harness.flows.progress import ChallengeAnswer, Progress, SignInContext
from harness.users.mailboxes.base import Mailbox, time_of

__all__ = [
    "email_otp",
    "mfa_setup",
    "select_mfa_type",
    "sms_mfa",
    "sms_otp",
    "software_token_mfa",
]


def mfa_setup(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Enroll an authenticator, then answer with the Session of its first code (A206, A207).

    Where only email can be set up, or where the context chooses EMAIL_OTP, give the address that
    the codes are to go to; EMAIL_OTP follows (M113).
    """
    if _sets_up_email(progress):
        address = progress.context.attributes.get("email")
        email = needed(progress, sign_in, address, "email address")
        return ChallengeAnswer({"USERNAME": progress.username, "EMAIL": email})
    session = needed(progress, sign_in, progress.session, "Session")
    enrolment = enrol_by_session(
        sign_in.actions,
        session,
        sign_in.clock,
        friendly_device_name=progress.context.friendly_device_name,
    )
    return ChallengeAnswer(
        {"USERNAME": progress.username},
        session=enrolment.session,
        authenticator=enrolment.authenticator,
    )


def select_mfa_type(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Choose a factor: the one in the context, or the first that can be answered (A175)."""
    offered = _names(progress.parameter("MFAS_CAN_CHOOSE"), "MFAS_CAN_CHOOSE")
    choice = progress.context.mfa_choice or next(
        (name for name in offered if _can_answer(progress.context, name)), None
    )
    chosen = needed(progress, sign_in, choice, "authenticator or mailbox")
    return ChallengeAnswer({"USERNAME": progress.username, "ANSWER": chosen})


def software_token_mfa(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send a TOTP code of the authenticator; it counts as spent even if Cognito refuses it."""
    # It may also be one that MFA_SETUP has enrolled in this sign-in.
    authenticator = progress.context.authenticator or progress.authenticator
    code = needed(progress, sign_in, authenticator, "authenticator").code()
    return _code_answer(progress, "SOFTWARE_TOKEN_MFA_CODE", code)


def sms_mfa(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send back the code that came by SMS (A173)."""
    return _code_answer(progress, "SMS_MFA_CODE", _sent_code(progress, sign_in))


def email_otp(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send back the code that came by email, as a first factor or after one (A174, N027)."""
    return _code_answer(progress, "EMAIL_OTP_CODE", _sent_code(progress, sign_in))


def sms_otp(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send back the code that came by SMS as a first factor (N027)."""
    return _code_answer(progress, "SMS_OTP_CODE", _sent_code(progress, sign_in))


def _code_answer(progress: Progress, member: str, code: str) -> ChallengeAnswer:
    return ChallengeAnswer({"USERNAME": progress.username, member: code, **device_key(progress)})


def _sent_code(progress: Progress, sign_in: HandlerTools) -> str:
    mailbox = needed(progress, sign_in, progress.context.mailbox, "mailbox")
    if not can_read_code_of(progress.challenge_name or "", progress.context):
        raise HarnessError(
            f"the code of {progress.challenge_name} comes by SMS, and the mailbox of this sign-in "
            "reads emails only; choose another with --cognito-mailbox, such as command"
        )
    since = _asked_at(progress, sign_in, mailbox)
    code = mailbox.newest_code(_addressee(progress), kind="mfa", since=since)
    return code.value.reveal()


def _asked_at(progress: Progress, sign_in: HandlerTools, mailbox: Mailbox) -> float:
    """Return when the code was requested, by the clock of the service that sends it."""
    now = time_of(mailbox)
    if now is None:
        return progress.asked_at
    return now - (sign_in.clock.time() - progress.asked_at)


def _addressee(progress: Progress) -> str:
    # A user who signs in with an email address gets the code there; their internal name is a sub.
    typed = progress.context.username
    return typed if "@" in typed else progress.username


def _sets_up_email(progress: Progress) -> bool:
    text = progress.challenge_parameters.get("MFAS_CAN_SETUP")
    possible = [] if text is None else _names(text, "MFAS_CAN_SETUP")
    if "EMAIL_OTP" not in possible:
        return False
    return "SOFTWARE_TOKEN_MFA" not in possible or progress.context.mfa_choice == "EMAIL_OTP"


def _names(text: str, parameter: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list):
        raise UnexpectedResult(f"{parameter} is not a JSON list in a string: {text!r}")
    return [str(name) for name in names]


def _can_answer(context: SignInContext, factor: str) -> bool:
    if factor == "SOFTWARE_TOKEN_MFA":
        return context.authenticator is not None
    return can_read_code_of(factor, context)

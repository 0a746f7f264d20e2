"""How a sign-in begins: SELECT_CHALLENGE, the first factors of USER_AUTH, and CUSTOM_CHALLENGE."""

from __future__ import annotations

import json

from harness.errors import ConfigurationError, UnexpectedResult
from harness.flows.handlers.base import HandlerTools, can_read_code_of, device_key, needed
from harness.flows.progress import ChallengeAnswer, Progress, SignInContext
from harness.redaction import Secret

__all__ = ["custom_challenge", "password", "password_srp", "select_challenge", "web_authn"]


def select_challenge(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Choose a first factor: the one in the context, or the first that can be answered (N025).

    PASSWORD goes with the password, and PASSWORD_SRP with SRP_A.
    """
    context = progress.context
    choice: str | None = context.first_factor or next(
        (name for name in progress.available_challenges if _can_answer(context, name)), None
    )
    chosen = needed(progress, sign_in, choice, _means_for_what_is_offered(progress))
    proofs = {"PASSWORD": password, "PASSWORD_SRP": password_srp}
    proof = proofs[chosen](progress, sign_in) if chosen in proofs else _named(progress)
    return ChallengeAnswer({"ANSWER": chosen, **proof})


def password(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send the password (N027)."""
    secret = needed(progress, sign_in, progress.context.password, "password")
    return ChallengeAnswer({**_named(progress), "PASSWORD": secret.reveal()})


def password_srp(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Start the SRP exchange of the password; PASSWORD_VERIFIER follows (N026, N027)."""
    needed(progress, sign_in, progress.context.password, "password")
    attempt = needed(progress, sign_in, progress.attempt, "SRP exchange")
    return ChallengeAnswer({**_named(progress), "SRP_A": attempt.public_hex})


def web_authn(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Sign with the passkey; CREDENTIAL is JSON in a string (N027, N050)."""
    passkey = needed(progress, sign_in, progress.context.passkey, "passkey")
    options = progress.parameter("CREDENTIAL_REQUEST_OPTIONS")
    try:
        response = passkey.sign(options)
    except ConfigurationError:
        raise UnexpectedResult(
            f"CREDENTIAL_REQUEST_OPTIONS of WEB_AUTHN cannot be signed: {options!r}"
        ) from None
    return ChallengeAnswer({**_named(progress), "CREDENTIAL": json.dumps(response)})


def custom_challenge(progress: Progress, sign_in: HandlerTools) -> ChallengeAnswer:
    """Send what the answerer returns for the ChallengeParameters of this round (A181).

    The answer becomes known as a secret, so that no report shows it.
    """
    answerer = needed(progress, sign_in, progress.context.custom_answers, "custom_answers")
    answer = answerer(progress.challenge_parameters)
    secret = answer if isinstance(answer, Secret) else Secret(answer)
    return ChallengeAnswer(
        {"USERNAME": progress.username, "ANSWER": secret.reveal(), **device_key(progress)}
    )


def _named(progress: Progress) -> dict[str, str]:
    # A remembered device may replace MFA after each of them (N056).
    return {"USERNAME": progress.username, **device_key(progress)}


def _means_for_what_is_offered(progress: Progress) -> str:
    offered = ", ".join(progress.available_challenges) or "nothing"
    if progress.context.passkey is None or "WEB_AUTHN" in progress.available_challenges:
        return f"password, mailbox or passkey for {offered}"
    return f"password or mailbox for {offered} (and this user is not offered WEB_AUTHN)"


def _can_answer(context: SignInContext, factor: str) -> bool:
    if factor in ("EMAIL_OTP", "SMS_OTP"):
        return can_read_code_of(factor, context)
    means = {
        "PASSWORD": context.password,
        "PASSWORD_SRP": context.password,
        "WEB_AUTHN": context.passkey,
    }
    return means.get(factor) is not None

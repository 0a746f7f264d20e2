"""Likely causes of a refused SRP proof: its TIMESTAMP, names, SECRET_BLOCK, age and padding."""

from __future__ import annotations

from harness.plugin.report.clues import (
    INCORRECT,
    INITIATE,
    RESPOND,
    Clues,
    Rule,
    is_weekday_of,
    moment_of,
    sent_with,
    span,
)

__all__ = ["PROOF_RULES"]

#: How far TIMESTAMP may be off is not known; five minutes are reported (A156).
_TOLERATED_SECONDS = 300


def _clock_off(clues: Clues) -> str | None:
    moment = moment_of(clues.responses().get("TIMESTAMP", ""))
    if clues.refused is None or moment is None:
        return None
    off = moment.timestamp() - clues.refused.started_at
    if abs(off) <= _TOLERATED_SECONDS:
        return None
    direction = "ahead of" if off > 0 else "behind"
    return (
        f"TIMESTAMP is {span(off)} {direction} the clock of the run. Look at the clock of the "
        "client, or at a test that has moved the service's."
    )


def _timestamp_form(clues: Clues) -> str | None:
    text = clues.responses().get("TIMESTAMP")
    if text is None or clues.refused is None:
        return None
    moment = moment_of(text)
    if moment is None:
        return f"TIMESTAMP {text!r} is not of the form 'EEE MMM d HH:mm:ss UTC yyyy' in English."
    if text.split()[2].startswith("0"):
        return f"The day in TIMESTAMP {text!r} has a leading zero: Cognito signs it without one."
    if not is_weekday_of(moment, text):
        return f"TIMESTAMP {text!r} has the wrong weekday: Cognito signs the right one."
    return None


def _alias_in_the_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    internal, sent = clues.question().get("USER_ID_FOR_SRP"), clues.responses().get("USERNAME")
    if internal is None or sent is None or internal == sent:
        return None
    return (
        f"USERNAME is {sent!r}, but the challenge has USER_ID_FOR_SRP {internal!r}. The proof and "
        "USERNAME need the latter, not the alias that the user typed."
    )


def _other_secret_block(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    issued = clues.question().get("SECRET_BLOCK")
    sent = clues.responses().get("PASSWORD_CLAIM_SECRET_BLOCK")
    if issued is None or sent is None or issued == sent:
        return None
    return "PASSWORD_CLAIM_SECRET_BLOCK is not the SECRET_BLOCK of the newest challenge."


def _second_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    block = clues.responses().get("PASSWORD_CLAIM_SECRET_BLOCK")
    used = any(
        sent_with(call).get("PASSWORD_CLAIM_SECRET_BLOCK") == block
        for call in clues.earlier(*RESPOND)
    )
    return "This SECRET_BLOCK was proven before; it counts once." if used and block else None


def _old_challenge(clues: Clues) -> str | None:
    issued = next(clues.earlier(*INITIATE), None)
    if not clues.is_wrong_proof or issued is None or clues.refused is None:
        return None
    age = clues.refused.started_at - issued.started_at
    if age <= 180:
        return None
    return f"The challenge was {span(age)} old when the proof came. Begin the sign-in again."


def _device_proof(clues: Clues) -> str | None:
    if not clues.is_response_to("DEVICE_PASSWORD_VERIFIER") or INCORRECT not in clues.message:
        return None
    return (
        "The device's proof does not fit the verifier that ConfirmDevice got. Look at the device's "
        "password, at DeviceGroupKey and DeviceKey in the hashed name, and at the padding of SALT "
        "and verifier. " + _salt(clues)
    ).strip()


def _password_proof(clues: Clues) -> str | None:
    if not clues.is_wrong_proof:
        return None
    return (
        "The password is wrong, or the SRP proof is. Name, TIMESTAMP and SECRET_BLOCK fit the "
        "challenge; so look at the password, at the pool's id without its region in the hashed "
        "name, and at padding. " + _salt(clues)
    ).strip()


def _salt(clues: Clues) -> str:
    """Return what is special about the SALT of this challenge, which hides in most others."""
    salt = str(clues.question().get("SALT", ""))
    if len(salt) % 2:
        return "This SALT has an odd number of hex digits: it is hashed with a 0 before it."
    if salt[:1] in tuple("89abcdefABCDEF"):
        return f"This SALT begins with {salt[0]}: it is hashed with 00 before it."
    return ""


#: The rules by the names of their causes.
PROOF_RULES: dict[str, Rule] = {
    "the clock is off": _clock_off,
    "the form of TIMESTAMP": _timestamp_form,
    "an alias in place of USER_ID_FOR_SRP": _alias_in_the_proof,
    "another SECRET_BLOCK": _other_secret_block,
    "a proof that was used": _second_proof,
    "the challenge is too old": _old_challenge,
    "the proof of the device": _device_proof,
    "the password or the padding of its proof": _password_proof,
}

"""PASSWORD_VERIFIER and SELECT_CHALLENGE: the answers that prove the first factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.sign_in.challenge_response import Answer
from harness.emulator.sign_in.first_factor import (
    accept_password,
    check_password,
    check_state,
    start_srp,
)
from harness.emulator.stores.sessions import Session
from harness.emulator.stores.srp_challenges import UserChallenge, read_timestamp

PROOF = ("PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP")


def password_verifier(answer: Answer) -> dict[str, Any]:
    """Check the proof of a password; no Session is needed (A147).

    A key of no confirmed device is refused here (D106), and the same challenge may then be
    answered again without it.
    """
    answer.responses.required("USERNAME", *PROOF)
    timestamp = _timestamp(answer)
    user = answer.require_user()
    challenge = _find(answer, user)
    _check_proof(answer, challenge, user, timestamp)
    device = _device(answer, challenge, user)
    answer.engine.srp_challenges.spend(challenge)
    accept_password(answer.engine, answer.client, user)
    attempt = Attempt.begin(answer.client, user, answer.responses["USERNAME"], device)
    attempt = replace(attempt, custom=challenge.custom).after(answer.challenge)
    return proceed(answer.engine, answer.caller, attempt)


def _timestamp(answer: Answer) -> str | None:
    tolerance = answer.engine.settings.timestamp_tolerance_seconds
    return read_timestamp(answer.responses, answer.now, tolerance)


def _find(answer: Answer, user: User) -> UserChallenge:
    block = answer.responses["PASSWORD_CLAIM_SECRET_BLOCK"]
    challenge = answer.engine.srp_challenges.find(block, answer.client, answer.now)
    if not isinstance(challenge, UserChallenge) or challenge.user is not user:
        raise refusals.incorrect_username_or_password()
    return challenge


def _check_proof(
    answer: Answer, challenge: UserChallenge, user: User, timestamp: str | None
) -> None:
    """State, lock-out, then the proof; a wrong one counts as a wrong password (A137)."""
    check_state(answer.client, user)
    user.lockout.refuse_if_locked(answer.now)
    known = challenge.record is not None and challenge.record is user.password
    signature = answer.responses["PASSWORD_CLAIM_SIGNATURE"]
    if timestamp is None or not known or not challenge.proven_by(signature, timestamp):
        user.lockout.failed(answer.now)
        raise refusals.incorrect_username_or_password()


def _device(answer: Answer, challenge: UserChallenge, user: User) -> TrackedDevice | None:
    """The device of this answer, or of InitiateAuth, whose key is dropped once it was refused."""
    try:
        return answer.presented_device(user, challenge.device_key)
    except Refusal:
        challenge.device_key = None
        raise


def select_challenge(answer: Answer) -> dict[str, Any]:
    """Take the first factor of USER_AUTH: PASSWORD or PASSWORD_SRP (A189)."""
    if answer.session is None:
        raise refusals.missing_required_parameter("Session")
    (chosen,) = answer.responses.required("ANSWER")
    user = answer.find_user()
    session = answer.engine.sessions.find(answer.session, answer.now)
    answer.require_same_sign_in(session, user, username=answer.responses["USERNAME"])
    if session.challenge != answer.challenge:
        raise refusals.session_invalid()
    if chosen not in _FIRST_FACTORS:
        raise refusals.not_emulated(f"{chosen} as a first factor")
    return _FIRST_FACTORS[chosen](answer, user, session)


def _by_password(answer: Answer, user: User | None, session: Session) -> dict[str, Any]:
    """Spend the session before triggers run: whoever comes second leaves nothing behind."""
    (password,) = answer.responses.required("PASSWORD")
    proven = check_password(answer.engine, answer.client, user, password)
    device = answer.presented_device(proven)
    answer.engine.sessions.use(session)
    attempt = Attempt.begin(answer.client, proven, answer.responses["USERNAME"], device)
    return proceed(answer.engine, answer.caller, attempt)


def _by_srp(answer: Answer, _user: User | None, session: Session) -> dict[str, Any]:
    username, srp_a = answer.responses.required("USERNAME", "SRP_A")
    device_key = answer.responses.get("DEVICE_KEY")
    challenge = start_srp(answer.engine, answer.client, username, srp_a, device_key)
    answer.engine.sessions.use(session)
    return challenge


_FIRST_FACTORS: dict[str, Callable[[Answer, User | None, Session], dict[str, Any]]] = {
    "PASSWORD": _by_password,
    "PASSWORD_SRP": _by_srp,
}

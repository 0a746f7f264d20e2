"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof of a remembered device."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain import next_challenge
from harness.emulator.domain.attempt import open_session, proceed
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.users import User
from harness.emulator.sign_in.challenge_response import Answer
from harness.emulator.sign_in.challenges.password import PROOF
from harness.emulator.sign_in.first_factor import check_state
from harness.emulator.stores.sessions import Session
from harness.emulator.stores.srp_challenges import DeviceChallenge, DeviceSignIn, read_timestamp
from harness.srp.group import SrpError
from harness.srp.server import parse_public_value


def device_srp_auth(answer: Answer) -> dict[str, Any]:
    """Begin the proof of a device in a sign-in that waits for it (section D, 2).

    Any session of the same user and client will do, and so will none, as clients send neither
    the right one nor always one (D103); what counts is that such a sign-in waits.
    """
    _, key, srp_a = answer.responses.required("USERNAME", "DEVICE_KEY", "SRP_A")
    user = answer.require_user()
    session = _given_session(answer, user)
    device = _remembered(answer, user, key)
    sign_in = _waiting(answer, session, user, device)
    try:
        client_public = parse_public_value(srp_a)
    except SrpError as error:
        raise refusals.srp_a_invalid() from error
    answer.engine.sessions.use(sign_in.session)
    return _put_verifier(answer, sign_in, device, client_public)


def _given_session(answer: Answer, user: User) -> Session | None:
    """The session that was sent, used or not; a foreign or expired one is refused (D113)."""
    if answer.session is None:
        return None
    session = answer.engine.sessions.peek(answer.session)
    if session is None:
        raise refusals.session_invalid()
    answer.require_same_sign_in(session, user)
    if answer.now >= session.expires_at:
        raise refusals.session_expired()
    return session


def _remembered(answer: Answer, user: User, key: str) -> TrackedDevice:
    """Only remembered devices, of users who may sign in, are asked to prove themselves (D111)."""
    check_state(answer.client, user)
    return user.devices.remembered(key)


def _waiting(
    answer: Answer, session: Session | None, user: User, device: TrackedDevice
) -> DeviceSignIn:
    """The sign-in that waits for this device: the session's own, or the newest."""
    if session is not None and session.challenge == answer.challenge and not session.used:
        sign_in = DeviceSignIn(session.facts["attempt"], session)
        if sign_in.attempt.device is device:
            sign_in.attempt.require_uninterrupted()
            return sign_in
    newest = answer.engine.device_sign_ins.find(answer.client, user, device.key, answer.now)
    if newest is not None and not newest.attempt.interrupted:
        return newest
    if session is not None:
        raise refusals.session_used() if session.used else refusals.session_invalid()
    raise refusals.incorrect_username_or_password()


def _put_verifier(
    answer: Answer, sign_in: DeviceSignIn, device: TrackedDevice, client_public: int
) -> dict[str, Any]:
    """DEVICE_PASSWORD_VERIFIER with what the known clients read of it (section C4)."""
    engine, attempt = answer.engine, sign_in.attempt
    assert device.salt is not None
    assert device.verifier is not None
    text, session = open_session(engine, attempt, next_challenge.DEVICE_PASSWORD_VERIFIER)
    challenge = DeviceChallenge(
        client=answer.client,
        prefix=answer.pool.device_group_key,
        ident=device.key,
        salt=device.salt,
        client_public=client_public,
        exchange=engine.srp_challenges.exchange(device.verifier),
        expires_at=session.expires_at,
        device=device,
        attempt=attempt,
        session=session,
    )
    engine.srp_challenges.open(challenge, answer.now)
    parameters = {
        **challenge.parameters(),
        "USERNAME": attempt.user.username,
        "DEVICE_KEY": device.key,
    }
    return {
        "ChallengeName": next_challenge.DEVICE_PASSWORD_VERIFIER,
        "Session": text,
        "ChallengeParameters": parameters,
    }


def device_password_verifier(answer: Answer) -> dict[str, Any]:
    """Check the proof of a device; SECRET_BLOCK says which sign-in it belongs to (D105, D109)."""
    _, key, block, signature, _ = answer.responses.required("USERNAME", "DEVICE_KEY", *PROOF)
    tolerance = answer.engine.settings.timestamp_tolerance_seconds
    timestamp = read_timestamp(answer.responses, answer.now, tolerance)
    user = answer.require_user()
    _given_session(answer, user)
    challenge = answer.engine.srp_challenges.find(block, answer.client, answer.now)
    device = _remembered(answer, user, key)
    if not isinstance(challenge, DeviceChallenge) or challenge.device is not device:
        raise refusals.incorrect_username_or_password()
    if challenge.attempt.interrupted:
        raise refusals.incorrect_username_or_password()
    if timestamp is None or not challenge.proven_by(signature, timestamp):
        raise refusals.incorrect_username_or_password()
    answer.engine.srp_challenges.spend(challenge)
    answer.engine.sessions.use(challenge.session)
    attempt = replace(challenge.attempt, device_proven=True)
    return proceed(answer.engine, answer.caller, attempt)

"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof of a remembered device."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import DEVICE_PASSWORD_VERIFIER, DEVICE_SRP_AUTH
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import PROOF, ChallengeResponse
from harness.emulator.sign_in.challenges.password import public_value
from harness.emulator.sign_in.put import Outcome, Result, challenge_result, open_session
from harness.emulator.stores.device_sign_ins import DeviceSignIn
from harness.emulator.stores.sessions import Session, SignUpState
from harness.emulator.stores.srp_challenges import DeviceChallenge


def put(service: Service, attempt: Attempt) -> Result:
    """Put DEVICE_SRP_AUTH; a response without Session finds the sign-in too (section D, 2)."""
    assert attempt.device is not None
    opened = open_session(service, attempt, DEVICE_SRP_AUTH)
    waiting = DeviceSignIn(attempt, opened.session)
    service.device_sign_ins.wait(attempt.user, attempt.device, waiting, service.clock.time())
    parameters = {"USERNAME": attempt.user.username, "DEVICE_KEY": attempt.device.key}
    return challenge_result(DEVICE_SRP_AUTH, parameters, opened.text)


def judge(response: ChallengeResponse) -> Outcome:
    """Begin the proof of a device in a sign-in that waits for it (section D, 2).

    Any session of the same user and client is accepted, and so is none, because clients send the
    wrong one or leave it out (D103). All that counts is that a sign-in waits for this device.
    """
    _, key, srp_a = response.responses.required("USERNAME", "DEVICE_KEY", "SRP_A")
    named = response.user_or_refusal()
    session, user = _sent_session(response, named), _known(named)
    device = _remembered_device(response, user, key)
    sign_in = _waiting(response, session, user, device)
    client_public = public_value(srp_a)
    response.service.sessions.use(sign_in.session)
    return _put_verifier(response, sign_in, device, client_public)


def _sent_session(response: ChallengeResponse, user: User | None) -> Session | None:
    """Return the Session of the response, used or not; refuse a foreign or expired one (D113)."""
    if response.session is None:
        return None
    session = response.service.sessions.peek(response.session)
    if session is None:
        raise refusals.session_invalid().because("no such Session was ever issued")
    response.require_same_sign_in(session, user, unknown=response.username)
    if isinstance(session.about, SignUpState):
        raise refusals.session_invalid().because("this Session is of a sign-up")
    if response.now >= session.expires_at:
        raise refusals.session_expired()
    return session


def _known(user: User | None) -> User:
    """Refuse an unknown user as a user with another DEVICE_KEY, so that nobody learns from it.

    What Cognito answers where the app client hides which users exist is unknown.
    """
    if user is None:
        raise refusals.device_not_found().because("there is no user of this USERNAME")
    return user


def _remembered_device(response: ChallengeResponse, user: User, key: str) -> TrackedDevice:
    """Return a remembered device; refuse others, and users who may not sign in (D111)."""
    check_state(response.client, user)
    return user.devices.remembered(key)


def _waiting(
    response: ChallengeResponse, session: Session | None, user: User, device: TrackedDevice
) -> DeviceSignIn:
    """Return the sign-in that waits for this device: the one of the session, or the newest."""
    if session is not None and session.challenge == response.challenge and not session.used:
        attempt = session.attempt
        if attempt is not None and attempt.device is device:
            attempt.require_uninterrupted()
            return DeviceSignIn(attempt, session)
    newest = response.service.device_sign_ins.find(response.client, user, device.key, response.now)
    if newest is not None and not newest.attempt.interrupted:
        return newest
    if session is not None:
        raise refusals.session_used() if session.used else refusals.session_invalid()
    raise refusals.device_before_first_factor().because("no sign-in waits for this device")


def _put_verifier(
    response: ChallengeResponse, sign_in: DeviceSignIn, device: TrackedDevice, client_public: int
) -> Result:
    """Put DEVICE_PASSWORD_VERIFIER with the parameters that known clients read (section C4)."""
    service, attempt = response.service, sign_in.attempt
    assert device.salt is not None
    assert device.verifier is not None
    opened = open_session(service, attempt, DEVICE_PASSWORD_VERIFIER)
    challenge = DeviceChallenge(
        client=response.client,
        prefix=response.pool.device_group_key,
        ident=device.key,
        salt=device.salt,
        client_public=client_public,
        exchange=service.srp_challenges.exchange(device.verifier),
        expires_at=opened.session.expires_at,
        device=device,
        attempt=attempt,
        session=opened.session,
    )
    service.srp_challenges.open(challenge, response.now)
    parameters = {
        **challenge.parameters(),
        "USERNAME": attempt.user.username,
        "DEVICE_KEY": device.key,
    }
    return challenge_result(DEVICE_PASSWORD_VERIFIER, parameters, opened.text)


def judge_proof(response: ChallengeResponse) -> Outcome:
    """Check the proof of a device; SECRET_BLOCK identifies the sign-in (D105, D109)."""
    _, key, _, _, block = response.responses.required("USERNAME", "DEVICE_KEY", *PROOF)
    timestamp, signature = response.timestamp(), response.signature()
    user = response.user_or_refusal()
    _sent_session(response, user)
    challenge = response.service.srp_challenges.find(block, response.client, response.now)
    device = _remembered_device(response, _known(user), key)
    if not isinstance(challenge, DeviceChallenge) or challenge.device is not device:
        raise refusals.incorrect_username_or_password().because(
            "this SECRET_BLOCK is of another device or user"
        )
    if challenge.attempt.interrupted:
        raise refusals.incorrect_username_or_password().because(
            "the password was changed, or the user signed out, since the sign-in began"
        )
    if timestamp is None:
        reason = response.why_no_timestamp()
        raise refusals.incorrect_username_or_password().because(reason)
    if not challenge.proven_by(signature, timestamp):
        raise refusals.incorrect_username_or_password().because(
            "PASSWORD_CLAIM_SIGNATURE is another one than the device's verifier gives"
        )
    response.service.srp_challenges.spend(challenge)
    response.service.sessions.use(challenge.session)
    return replace(challenge.attempt, device_proven=True)

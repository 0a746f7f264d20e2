"""The password as first factor: in plain text, or proven by SRP with PASSWORD_VERIFIER."""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import PASSWORD_VERIFIER
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.first_factors import require_user_auth
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import PROOF, ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, challenge_result
from harness.emulator.stores.srp_challenges import UserChallenge
from harness.srp.group import SrpError
from harness.srp.server import parse_public_value


def check_password(
    service: Service, client: UserPoolClient, user: User | None, password: str
) -> User:
    """Check state, lockout and password, and return the user (A125 to A137)."""
    if user is None:
        raise refusals.incorrect_username_or_password().because("there is no user of this name")
    check_state(client, user)
    now = service.clock.time()
    user.lockout.refuse_if_locked(now)
    if user.password is None or not user.password.matches(password):
        user.lockout.failed(now)
        reason = "the user has no password" if user.password is None else "the password is wrong"
        raise refusals.incorrect_username_or_password().because(reason)
    accept_password(service, client, user)
    return user


def accept_password(service: Service, client: UserPoolClient, user: User) -> None:
    """Record a proven password; refuse an expired temporary one (A061)."""
    now = service.clock.time()
    user.lockout.succeeded(now)
    days = client.pool.temporary_password_days
    if user.password is not None and user.password.has_expired(days, now):
        raise refusals.temporary_password_expired()


def put(
    service: Service,
    client: UserPoolClient,
    name: str,
    srp_a: str,
    device_key: str | None,
    *,
    custom: CustomRounds | None = None,
) -> Result:
    """Put PASSWORD_VERIFIER without a Session (D044); check the user before SRP_A (A150)."""
    challenge = _begin(service, client, name, srp_a, device_key)
    challenge.custom = custom
    return _verifier(service, challenge, None)


def put_with_session(
    service: Service, client: UserPoolClient, name: str, srp_a: str, device_key: str | None
) -> Result:
    """Put PASSWORD_VERIFIER with a Session, which its response must carry (N026)."""
    challenge = _begin(service, client, name, srp_a, device_key)
    now = service.clock.time()
    owner = challenge.user.username if challenge.user else name
    opened = service.sessions.open_for(client, owner, PASSWORD_VERIFIER, None, now)
    challenge.session = opened.session
    return _verifier(service, challenge, opened.text)


def _begin(
    service: Service, client: UserPoolClient, name: str, srp_a: str, device_key: str | None
) -> UserChallenge:
    user = service.user_or_refusal(client, name)
    if user is not None:
        check_state(client, user)
    challenge = _open_challenge(service, client, user, name, public_value(srp_a))
    challenge.device_key = device_key
    return challenge


def _verifier(service: Service, challenge: UserChallenge, session: str | None) -> Result:
    service.srp_challenges.open(challenge, service.clock.time())
    parameters = {
        **challenge.parameters(),
        "USERNAME": challenge.ident,
        "USER_ID_FOR_SRP": challenge.ident,
    }
    return challenge_result(PASSWORD_VERIFIER, parameters, session)


def public_value(srp_a: str) -> int:
    """Return the number of SRP_A; refuse one that SRP-6a forbids (A157, D043)."""
    try:
        return parse_public_value(srp_a)
    except SrpError as error:
        raise refusals.srp_a_invalid() from error


def _open_challenge(
    service: Service, client: UserPoolClient, user: User | None, name: str, client_public: int
) -> UserChallenge:
    """Return a challenge with the user's verifier, or else with one that fits no password.

    Nobody learns from it that there is no such user (A101), nor that the user has no password: by
    whatever name they are called, it is the same salt, and another one than before they existed.
    """
    made_up = service.srp_challenges.made_up(client.pool, name, user)
    record = user.password if user else None
    return UserChallenge(
        client=client,
        prefix=client.pool.srp_prefix,
        ident=user.username if user else made_up.user_id,
        salt=record.salt if record else made_up.salt,
        client_public=client_public,
        exchange=service.srp_challenges.exchange(record.verifier if record else made_up.verifier),
        expires_at=service.clock.time() + client.session_seconds,
        user=user,
        record=record,
    )


def judge(response: ChallengeResponse) -> Outcome:
    """Check the proof of a password; no Session is needed (A147), except in USER_AUTH (N026).

    A key that is not of a confirmed device is refused here (D106). The client may then respond to
    the same challenge without that key.
    """
    response.responses.required("USERNAME", *PROOF)
    timestamp = response.timestamp()
    signature = response.signature()
    user = response.user_or_refusal()
    challenge = _find_challenge(response, user)
    _require_session(response, challenge)
    if user is None:
        raise refusals.incorrect_username_or_password().because("there is no user of this USERNAME")
    _check_proof(response, challenge, user, timestamp, signature)
    device = _device(response, challenge, user)
    response.service.srp_challenges.spend(challenge)
    if challenge.session is not None:
        response.service.sessions.use(challenge.session)
    accept_password(response.service, response.client, user)
    attempt = Attempt.begin(response.client, user, response.username, device)
    return replace(attempt, custom=challenge.custom).after(response.challenge)


def _find_challenge(response: ChallengeResponse, user: User | None) -> UserChallenge:
    block = response.responses["PASSWORD_CLAIM_SECRET_BLOCK"]
    challenge = response.service.srp_challenges.find(block, response.client, response.now)
    if not isinstance(challenge, UserChallenge) or challenge.user is not user:
        raise refusals.incorrect_username_or_password().because(
            "this SECRET_BLOCK is of another user"
        )
    return challenge


def _require_session(response: ChallengeResponse, challenge: UserChallenge) -> None:
    """Refuse a response without the Session that came with the challenge, if one did.

    Clients carry it along. Whether Cognito insists on it is unknown.
    """
    if challenge.session is None:
        return
    require_user_auth(response.client)
    text = response.require_session()
    if response.service.sessions.find(text, response.now) is not challenge.session:
        raise refusals.session_invalid().because("this Session is of another sign-in")


def _check_proof(
    response: ChallengeResponse,
    challenge: UserChallenge,
    user: User,
    timestamp: str | None,
    signature: str,
) -> None:
    """Check state, lockout and proof; a wrong proof counts as a wrong password (A137)."""
    check_state(response.client, user)
    user.lockout.refuse_if_locked(response.now)
    is_current = challenge.record is not None and challenge.record is user.password
    if timestamp is None or not is_current or not challenge.proven_by(signature, timestamp):
        user.lockout.failed(response.now)
        reason = response.why_no_timestamp() if timestamp is None else _why_wrong(challenge, user)
        raise refusals.incorrect_username_or_password().because(reason)


def _why_wrong(challenge: UserChallenge, user: User) -> str:
    if challenge.record is None and user.password is None:
        return "the user has no password"
    if challenge.record is not user.password:
        return "the password was changed after the challenge was put"
    return (
        "PASSWORD_CLAIM_SIGNATURE is another one than the password, TIMESTAMP and SECRET_BLOCK give"
    )


def _device(
    response: ChallengeResponse, challenge: UserChallenge, user: User
) -> TrackedDevice | None:
    """Return the device of this response or of InitiateAuth; drop a refused key."""
    try:
        return response.device_of(user, challenge.device_key)
    except Refusal:
        challenge.device_key = None
        raise

"""AssociateSoftwareToken, VerifySoftwareToken and AdminDeleteSoftwareToken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.next_challenge import MFA_SETUP, SOFTWARE_TOKEN_MFA, next_challenge
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.totp import SoftwareToken, TotpOutcome
from harness.emulator.domain.users import User
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service
from harness.emulator.sign_in.put import open_session
from harness.emulator.stores.sessions import Session

#: Characters of SecretCode (A212).
SECRET_LENGTH = 52


def associate_software_token(service: Service, request: Request) -> dict[str, Any]:
    """Return a new TOTP secret for the user; it counts once it is verified (A206, A219)."""
    if _session_or_token(request) is None:
        with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
            token = _new_token(service, authorized.pool)
            authorized.user.pending_software_token = token
            return {"SecretCode": token.secret}
    pool = _session_pool(service, request)
    with pool.lock:
        session, attempt = _setup_session(service, request)
        token = _new_token(service, pool)
        service.sessions.use(session)
        text = open_session(service, replace(attempt, pending_token=token), MFA_SETUP).text
        return {"SecretCode": token.secret, "Session": text}


def verify_software_token(service: Service, request: Request) -> dict[str, Any]:
    """Verify a new secret by its first code and make it the user's software token (A207).

    A wrong code leaves the session usable. A session verifies only its own secret.
    """
    if _session_or_token(request) is None:
        with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
            user = authorized.user
            _verify(service, authorized.pool, user, user.pending_software_token, request)
        return {"Status": "SUCCESS"}
    pool = _session_pool(service, request)
    with pool.lock:
        session, attempt = _setup_session(service, request)
        token = _verify(service, pool, attempt.user, attempt.pending_token, request)
        service.sessions.use(session)
        text = open_session(service, replace(attempt, verified_token=token), MFA_SETUP).text
        return {"Status": "SUCCESS", "Session": text}


def _session_or_token(request: Request) -> str | None:
    """Return Session, or ``None`` for an access token; refuse both and neither (A211)."""
    session: str | None = request.params.get("Session")
    if (session is None) == (request.params.get("AccessToken") is None):
        raise refusals.access_token_or_session()
    return session


def _session_pool(service: Service, request: Request) -> Pool:
    """Return the pool of a session, usable or not, to lock it before the session is checked."""
    session = service.sessions.peek(request.params["Session"])
    pool = service.pools.get(session.pool_id) if session else None
    if pool is None:
        raise refusals.session_invalid().because("no such Session was ever issued")
    return pool


def _setup_session(service: Service, request: Request) -> tuple[Session, Attempt]:
    """Return a usable session of MFA_SETUP, and its attempt.

    Once the user has a factor, even from another sign-in, no session may replace it. Otherwise
    an attacker with only the password could wait for the set-up and replace the factor.
    """
    session = service.sessions.find(request.params["Session"], service.clock.time())
    attempt = session.attempt
    if session.challenge != MFA_SETUP or attempt is None:
        raise refusals.session_invalid().because(
            f"this Session is of {session.challenge}, not of {MFA_SETUP}"
        )
    if service.clients.get(session.client_id) is not attempt.client:
        raise refusals.session_invalid()
    if attempt.pool.users.by_sub(attempt.user.sub) is not attempt.user:
        raise refusals.user_not_found()
    if not attempt.user.enabled:
        raise refusals.user_disabled()
    attempt.require_uninterrupted()
    if next_challenge(attempt.facts(service.settings)) != MFA_SETUP:
        raise refusals.session_invalid().because("the user has set up a factor meanwhile")
    return session, attempt


def _new_token(service: Service, pool: Pool) -> SoftwareToken:
    if SOFTWARE_TOKEN_MFA not in pool.mfa.factors():
        raise refusals.software_token_not_on_pool()
    return SoftwareToken(service.random.base32(SECRET_LENGTH))


def _verify(
    service: Service, pool: Pool, user: User, token: SoftwareToken | None, request: Request
) -> SoftwareToken:
    """Activate the pending token; its code cannot be used again to sign in (A216, A226).

    In a pool with MFA ON the next sign-in asks for the token (A208), or lets the user choose if
    another factor is enabled too (M106); with MFA OPTIONAL the user must enable it first (A240).
    The user's settings do not change: UserMFASettingList and PreferredMfaSetting stay as they were
    until a preference is set (https://github.com/aws-amplify/docs/pull/5690), against the second
    half of A209.
    """
    if token is None:
        raise refusals.software_token_not_on_user()
    if token.accept(request.params["UserCode"], service.clock.time()) is not TotpOutcome.ACCEPTED:
        raise refusals.software_token_not_enabled_mismatch(by_session="Session" in request.params)
    token.friendly_name = request.params.get("FriendlyDeviceName")
    token.undecided = pool.mfa.mode == "ON"
    user.software_token, user.pending_software_token = token, None
    user.touch(service.clock.time())
    return token


def admin_delete_software_token(service: Service, request: Request) -> dict[str, Any]:
    """Delete the software token of a user, for example after the loss of a phone (A223).

    The user may then set up another one; in a pool with MFA ON the next sign-in asks for that.
    """
    with service.locked_user(request) as (_, user):
        if user.software_token is None:
            raise refusals.software_token_to_delete_not_found()
        user.software_token = user.pending_software_token = None
        user.mfa = user.mfa.without(SOFTWARE_TOKEN_MFA)
        user.touch(service.clock.time())
        return {}


OPERATIONS: dict[str, Handler] = {
    "AssociateSoftwareToken": associate_software_token,
    "VerifySoftwareToken": verify_software_token,
    "AdminDeleteSoftwareToken": admin_delete_software_token,
}

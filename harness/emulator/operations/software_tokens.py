"""Setting up a software token, and the user's preferences among the second factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import DESTINATION, Attempt, open_session
from harness.emulator.domain.next_challenge import (
    EMAIL_OTP,
    MFA_SETUP,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
    next_challenge,
)
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.totp import SoftwareToken, Verdict
from harness.emulator.domain.users import MfaPreferences, User
from harness.emulator.engine import Engine, Request
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.stores.sessions import Session

#: Characters of SecretCode (A212).
SECRET_LENGTH = 52

#: The members of Set- and AdminSetUserMFAPreference, and the factor each is about (A242).
_SETTINGS = {
    "SMSMfaSettings": SMS_MFA,
    "SoftwareTokenMfaSettings": SOFTWARE_TOKEN_MFA,
    "EmailMfaSettings": EMAIL_OTP,
}


def associate_software_token(engine: Engine, request: Request) -> dict[str, Any]:
    """Give the user a new secret, which counts once it is verified (A206, A219)."""
    if _given_session(request) is None:
        with authorized_under_lock(engine, request.params["AccessToken"]) as authorized:
            token = _new_token(engine, authorized.pool)
            authorized.user.pending_software_token = token
            return {"SecretCode": token.secret}
    pool = _session_pool(engine, request)
    with pool.lock:
        session, attempt = _setup_session(engine, request)
        token = _new_token(engine, pool)
        engine.sessions.use(session)
        text, _ = open_session(engine, replace(attempt, pending_token=token), MFA_SETUP)
        return {"SecretCode": token.secret, "Session": text}


def verify_software_token(engine: Engine, request: Request) -> dict[str, Any]:
    """Take the first code of a new secret, which then is the user's software token (A207).

    A wrong code leaves the session usable. A session verifies the secret that it was given, and
    no other.
    """
    if _given_session(request) is None:
        with authorized_under_lock(engine, request.params["AccessToken"]) as authorized:
            user = authorized.user
            _verify(engine, authorized.pool, user, user.pending_software_token, request)
        return {"Status": "SUCCESS"}
    pool = _session_pool(engine, request)
    with pool.lock:
        session, attempt = _setup_session(engine, request)
        token = _verify(engine, pool, attempt.user, attempt.pending_token, request)
        engine.sessions.use(session)
        text, _ = open_session(engine, replace(attempt, verified_token=token), MFA_SETUP)
        return {"Status": "SUCCESS", "Session": text}


def _given_session(request: Request) -> str | None:
    """The Session, or ``None`` for an access token; both or neither are refused (A211)."""
    session: str | None = request.params.get("Session")
    if (session is None) == (request.params.get("AccessToken") is None):
        raise refusals.access_token_or_session()
    return session


def _session_pool(engine: Engine, request: Request) -> Pool:
    """The pool of a session in whatever state; its lock guards what follows."""
    session = engine.sessions.peek(request.params["Session"])
    pool = engine.pools.get(session.pool_id) if session else None
    if pool is None:
        raise refusals.session_invalid()
    return pool


def _setup_session(engine: Engine, request: Request) -> tuple[Session, Attempt]:
    """A usable session of MFA_SETUP and its attempt.

    Once the user has a factor, from whatever sign-in, no session may replace it: whoever has the
    password alone could wait for the set-up and take it over.
    """
    session = engine.sessions.find(request.params["Session"], engine.clock.time())
    if session.challenge != MFA_SETUP:
        raise refusals.session_invalid()
    attempt: Attempt = session.facts["attempt"]
    if engine.clients.get(session.client_id) is not attempt.client:
        raise refusals.session_invalid()
    if attempt.pool.users.by_sub(attempt.user.sub) is not attempt.user:
        raise refusals.user_not_found()
    if not attempt.user.enabled:
        raise refusals.user_disabled()
    attempt.require_uninterrupted()
    if next_challenge(attempt.facts(engine)) != MFA_SETUP:
        raise refusals.session_invalid()
    return session, attempt


def _new_token(engine: Engine, pool: Pool) -> SoftwareToken:
    if SOFTWARE_TOKEN_MFA not in pool.mfa.factors():
        raise refusals.software_token_not_on_pool()
    return SoftwareToken(engine.random.base32(SECRET_LENGTH))


def _verify(
    engine: Engine, pool: Pool, user: User, token: SoftwareToken | None, request: Request
) -> SoftwareToken:
    """Take the pending token in use; a code spent here is spent for sign-ins too (A216, A226).

    In an ON pool that is enough for the next sign-in to ask for it (A208, A209); in an OPTIONAL
    pool it is not (A240).
    """
    if token is None:
        raise refusals.software_token_not_on_user()
    if token.accept(request.params["UserCode"], engine.clock.time()) is not Verdict.ACCEPTED:
        raise refusals.software_token_not_enabled_mismatch()
    token.friendly_name = request.params.get("FriendlyDeviceName")
    user.software_token, user.pending_software_token = token, None
    if pool.mfa.mode == "ON":
        _switch_on(user)
    user.touch(engine.clock.time())
    return token


def _switch_on(user: User) -> None:
    """Enable the software token, and prefer it if nothing else is preferred (A209)."""
    user.mfa.enabled.add(SOFTWARE_TOKEN_MFA)
    user.mfa.preferred = user.mfa.preferred or SOFTWARE_TOKEN_MFA


def admin_delete_software_token(engine: Engine, request: Request) -> dict[str, Any]:
    """Take the software token from a user who lost his device (A223).

    He may then set up another one; in an ON pool the next sign-in asks him to.
    """
    with engine.locked_user(request) as (_, user):
        if user.software_token is None:
            raise refusals.software_token_to_delete_not_found()
        user.software_token = user.pending_software_token = None
        user.mfa.enabled.discard(SOFTWARE_TOKEN_MFA)
        if user.mfa.preferred == SOFTWARE_TOKEN_MFA:
            user.mfa.preferred = None
        user.touch(engine.clock.time())
        return {}


def set_user_mfa_preference(engine: Engine, request: Request) -> dict[str, Any]:
    """Let the user switch his second factors on and off, and prefer one (A235)."""
    with authorized_under_lock(engine, request.params["AccessToken"]) as authorized:
        return _prefer(engine, authorized.pool, authorized.user, request)


def admin_set_user_mfa_preference(engine: Engine, request: Request) -> dict[str, Any]:
    """As `set_user_mfa_preference`, by an administrator (A241)."""
    with engine.locked_user(request) as (pool, user):
        return _prefer(engine, pool, user, request)


def _prefer(engine: Engine, pool: Pool, user: User, request: Request) -> dict[str, Any]:
    user.mfa = _preferences(pool, user, request.params)
    user.touch(engine.clock.time())
    return {}


def _preferences(pool: Pool, user: User, params: Mapping[str, Any]) -> MfaPreferences:
    """The user's preferences after the request, which leaves absent factors as they are.

    An absent Enabled or PreferredMfa is false, as the booleans of the service model are.
    """
    given = {factor: params[name] for name, factor in _SETTINGS.items() if name in params}
    enabled, preferred = set(user.mfa.enabled), user.mfa.preferred
    for factor, setting in given.items():
        if setting.get("Enabled"):
            _check_set_up(pool, user, factor)
            enabled.add(factor)
        else:
            enabled.discard(factor)
    wanted = [factor for factor, setting in given.items() if setting.get("PreferredMfa")]
    if len(wanted) > 1:
        raise refusals.mfa_preferences_conflict("only one factor can be preferred.")
    if wanted and wanted[0] not in enabled:
        raise refusals.mfa_preferences_conflict(f"{wanted[0]} is preferred but not enabled.")
    if preferred in given:
        preferred = None
    return MfaPreferences(enabled, wanted[0] if wanted else preferred)


def _check_set_up(pool: Pool, user: User, factor: str) -> None:
    """Refuse a factor by which the user could not be asked (A236, A237)."""
    if factor == SOFTWARE_TOKEN_MFA:
        ready = user.software_token is not None
    else:
        ready = factor in pool.mfa.factors() and bool(user.attributes.get(DESTINATION[factor]))
    if not ready:
        raise refusals.no_delivery_config(factor)


OPERATIONS = {
    "AssociateSoftwareToken": associate_software_token,
    "VerifySoftwareToken": verify_software_token,
    "AdminDeleteSoftwareToken": admin_delete_software_token,
    "SetUserMFAPreference": set_user_mfa_preference,
    "AdminSetUserMFAPreference": admin_set_user_mfa_preference,
}

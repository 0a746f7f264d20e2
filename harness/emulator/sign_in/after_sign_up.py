"""The sessions of SignUp and ConfirmSignUp, which let a new user get tokens without a sign-in.

A009.
"""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.emulator.stores.sessions import Session, SignUpState

#: Stored as the challenge of these sessions. No challenge has such a name, so they fit none.
_SIGNED_UP = "SignUp"
_CONFIRMED = "ConfirmSignUp"


def after_sign_up(service: Service, client: UserPoolClient, user: User) -> dict[str, str]:
    """Return ``Session`` of SignUp; empty for app clients that do not allow USER_AUTH."""
    if "ALLOW_USER_AUTH" not in client.auth_flows:
        return {}
    about = SignUpState(user, user.password)
    return {"Session": _open(service, client, about, _SIGNED_UP)}


def find_sign_up(service: Service, client: UserPoolClient, user: User, text: str) -> Session:
    """Return the unused session that SignUp gave this user."""
    return _find(service, client, user, text, _SIGNED_UP)


def after_confirmation(
    service: Service, client: UserPoolClient, session: Session
) -> dict[str, str]:
    """Use the session of SignUp and return ``Session`` of ConfirmSignUp."""
    service.sessions.use(session)
    assert isinstance(session.about, SignUpState)
    return {"Session": _open(service, client, session.about, _CONFIRMED)}


def sign_in(service: Service, client: UserPoolClient, user: User | None, text: str) -> Attempt:
    """Begin a sign-in with the session of ConfirmSignUp, which replaces the first factor only.

    The session proves the password of the sign-up. It is invalid once the password changes.
    """
    if user is None:
        raise refusals.session_invalid()
    session = _find(service, client, user, text, _CONFIRMED)
    check_state(client, user)
    service.sessions.use(session)
    return Attempt.begin(client, user, user.username, None)


def _open(service: Service, client: UserPoolClient, about: SignUpState, purpose: str) -> str:
    now = service.clock.time()
    return service.sessions.open_for(client, about.user.username, purpose, about, now).text


def _find(service: Service, client: UserPoolClient, user: User, text: str, purpose: str) -> Session:
    session = service.sessions.find(text, service.clock.time())
    about = session.about
    if not isinstance(about, SignUpState) or about.user is not user:
        raise refusals.session_invalid()
    matches = session.client_id == client.client_id and session.challenge == purpose
    if not matches or about.password is not user.password:
        raise refusals.session_invalid()
    return session

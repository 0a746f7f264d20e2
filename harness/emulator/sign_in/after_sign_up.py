"""The sessions of SignUp and ConfirmSignUp, which let a new user get tokens without a sign-in.

A009.
"""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.first_factors import CODE_CONTACT
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.pool_settings import first_factors
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
    service: Service, client: UserPoolClient, user: User, contact: str, session: Session | None
) -> dict[str, str]:
    """Return ``Session`` of ConfirmSignUp; empty if nothing lets the user sign in with it.

    The session of SignUp does, which is used up. So does a code that could have been the first
    factor: Amplify sends ConfirmSignUp no session, and signs in with the one of its response
    (https://github.com/aws-amplify/amplify-js/blob/main/packages/auth/src/providers/cognito/apis/confirmSignUp.ts,
    https://github.com/aws-amplify/docs/pull/8137). Whether Cognito asks for that much is unknown.

    Args:
        service: the emulator.
        client: the app client.
        user: who was just confirmed.
        contact: the attribute that the code was sent to.
        session: the session of SignUp, if the request had it.
    """
    if session is not None:
        service.sessions.use(session)
        assert isinstance(session.about, SignUpState)
        return {"Session": _open(service, client, session.about, _CONFIRMED)}
    if "ALLOW_USER_AUTH" not in client.auth_flows or not _signs_in(client.pool, contact):
        return {}
    return {"Session": _open(service, client, SignUpState(user, user.password), _CONFIRMED)}


def _signs_in(pool: Pool, contact: str) -> bool:
    """Return whether a code to this contact is a first factor that the pool allows."""
    allowed = first_factors(pool.settings)
    return any(CODE_CONTACT.get(factor) == contact for factor in allowed)


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

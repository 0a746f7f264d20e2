"""The sessions of SignUp and ConfirmSignUp, which let a new user get tokens without a sign-in.

A009, N024.
"""

from __future__ import annotations

from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, check_state
from harness.emulator.domain.first_factors import CODE_CONTACT
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.rules.first_factors import available_challenges
from harness.emulator.rules.registration import verification_attribute
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
    service: Service,
    client: UserPoolClient,
    user: User,
    session: Session | None,
    confirmed: str,
) -> dict[str, str]:
    """Return ``Session`` of ConfirmSignUp; empty if nothing lets the user sign in with it.

    The session of SignUp does, which is used up. So does a code that could have signed the user in:
    Amplify sends ConfirmSignUp no session, and signs in with the one of its response
    (https://github.com/aws-amplify/amplify-js/blob/main/packages/auth/src/providers/cognito/apis/confirmSignUp.ts,
    https://github.com/aws-amplify/docs/pull/8137). Whether Cognito asks for that much is unknown.

    Args:
        service: the service.
        client: the app client.
        user: who was just confirmed.
        session: the session of SignUp, if the request had it.
        confirmed: the attribute that the code went to.
    """
    if session is not None:
        service.sessions.use(session)
    elif not _signs_in(client, user, confirmed):
        return {}
    destination = user.attributes.get(confirmed)
    about = SignUpState(user, user.password, confirmed, destination, user.sign_outs)
    return {"Session": _open(service, client, about, _CONFIRMED)}


def _signs_in(client: UserPoolClient, user: User, contact: str) -> bool:
    """Return whether the user can sign in at this client by a code to this contact."""
    if "ALLOW_USER_AUTH" not in client.auth_flows:
        return False
    return _factor_of(contact) in available_challenges(client.pool, user)


def sign_in(
    service: Service, client: UserPoolClient, user: User | None, text: str
) -> Attempt | None:
    """Begin a sign-in with the session of ConfirmSignUp, whose code counts as a sign-in code.

    So no MFA follows, as after any such code. The session ends when the password changes, and by
    what ends a sign-in code: a sign-out, and another address or number.

    Returns:
        The sign-in, or ``None`` if the user cannot sign in by a code to the contact that they have
        confirmed, because the pool does not offer it or MFA is needed. The session stays unused
        then. What Cognito does in that case is unknown; here the sign-in goes on without it.
    """
    session = _find(service, client, user, text, _CONFIRMED)
    assert user is not None, "a sign-up is of a user"
    check_state(client, user)
    _require_uninterrupted(session)
    factor = _proven_factor(client, user, session)
    if factor not in available_challenges(client.pool, user):
        return None
    service.sessions.use(session)
    return replace(Attempt.begin(client, user, user.username, None), first_factor=factor)


def _require_uninterrupted(session: Session) -> None:
    about = session.about
    assert isinstance(about, SignUpState)
    if about.user.sign_outs != about.sign_outs:
        raise refusals.session_invalid().because("the user signed out since the confirmation")
    # States of version 0.1.0 do not say where the code went.
    if about.confirmed is None or about.destination is None:
        return
    if about.user.attributes.get(about.confirmed) != about.destination:
        raise refusals.session_invalid().because(
            f"the {about.confirmed} of the user was changed after it was confirmed"
        )


def _proven_factor(client: UserPoolClient, user: User, session: Session) -> str:
    """Return the first factor that the code of the sign-up was like.

    States of version 0.1.0 do not say which contact was confirmed: it is the one that the pool
    sends such codes to.
    """
    assert isinstance(session.about, SignUpState)
    contact = session.about.confirmed or verification_attribute(client.pool, user.attributes)
    return _factor_of(contact)


def _factor_of(contact: str | None) -> str:
    return next((name for name, value in CODE_CONTACT.items() if value == contact), "")


def _open(service: Service, client: UserPoolClient, about: SignUpState, purpose: str) -> str:
    now = service.clock.time()
    return service.sessions.open_for(client, about.user.username, purpose, about, now).text


def _find(
    service: Service, client: UserPoolClient, user: User | None, text: str, purpose: str
) -> Session:
    session = service.sessions.find(text, service.clock.time())
    about = session.about
    if not isinstance(about, SignUpState) or about.user is not user:
        raise refusals.session_invalid()
    matches = session.client_id == client.client_id and session.challenge == purpose
    if not matches or about.password is not user.password:
        raise refusals.session_invalid()
    return session

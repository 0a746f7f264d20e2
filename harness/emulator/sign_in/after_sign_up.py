"""From sign-up to tokens in one go: the sessions that SignUp and ConfirmSignUp hand on (A009)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.sign_in.first_factor import check_state
from harness.emulator.stores.sessions import Session

if TYPE_CHECKING:
    from harness.emulator.domain.passwords import PasswordRecord
    from harness.emulator.domain.pools import AppClient
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Caller, Engine

#: What these sessions stand for; no challenge has such a name, so none can be answered by them.
_SIGNED_UP = "SignUp"
_CONFIRMED = "ConfirmSignUp"
PURPOSES = frozenset({_SIGNED_UP, _CONFIRMED})


def after_sign_up(engine: Engine, client: AppClient, user: User) -> dict[str, str]:
    """``Session`` of SignUp, for clients that allow USER_AUTH."""
    if "ALLOW_USER_AUTH" not in client.auth_flows:
        return {}
    return {"Session": _open(engine, client, user, _SIGNED_UP, user.password)}


def find_sign_up(engine: Engine, client: AppClient, user: User, text: str) -> Session:
    """The session that SignUp gave this user, not spent yet."""
    return _find(engine, client, user, text, _SIGNED_UP)


def after_confirmation(
    engine: Engine, client: AppClient, user: User, session: Session
) -> dict[str, str]:
    """``Session`` of ConfirmSignUp, in exchange for that of SignUp."""
    engine.sessions.use(session)
    password = session.facts["password"]
    return {"Session": _open(engine, client, user, _CONFIRMED, password)}


def sign_in(
    engine: Engine, caller: Caller, client: AppClient, user: User | None, text: str
) -> dict[str, Any]:
    """Tokens for the session of ConfirmSignUp, which stands for the first factor alone.

    It is the password of the sign-up that it stands for: after another was set it is worth nothing.
    """
    if user is None:
        raise refusals.session_invalid()
    session = _find(engine, client, user, text, _CONFIRMED)
    check_state(client, user)
    engine.sessions.use(session)
    return proceed(engine, caller, Attempt.begin(client, user, user.username, None))


def _open(
    engine: Engine,
    client: AppClient,
    user: User,
    purpose: str,
    password: PasswordRecord | None,
) -> str:
    now = engine.clock.time()
    session = Session(
        pool_id=client.pool.pool_id,
        client_id=client.client_id,
        username=user.username,
        challenge=purpose,
        expires_at=now + client.session_seconds,
        facts={"user": user, "password": password},
    )
    return engine.sessions.open(session, now)


def _find(engine: Engine, client: AppClient, user: User, text: str, purpose: str) -> Session:
    session = engine.sessions.find(text, engine.clock.time())
    same = session.client_id == client.client_id and session.facts.get("user") is user
    if not same or session.challenge != purpose or session.facts["password"] is not user.password:
        raise refusals.session_invalid()
    return session

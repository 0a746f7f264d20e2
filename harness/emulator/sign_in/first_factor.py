"""The first factor: who signs in, whether he may, and whether his password is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain.next_challenge import PASSWORD_VERIFIER
from harness.emulator.domain.users import RESET_REQUIRED, UNCONFIRMED
from harness.emulator.stores.srp_challenges import UserChallenge
from harness.srp.group import SrpError
from harness.srp.server import parse_public_value

if TYPE_CHECKING:
    from harness.emulator.domain.custom_rounds import CustomRounds
    from harness.emulator.domain.pools import AppClient
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine


def find_user(engine: Engine, client: AppClient, name: str) -> User | None:
    """The user of a sign-in name; nobody only where the client hides who exists (A100, A126)."""
    user = engine.find_user(client.pool, name)
    if user is None and not client.hides_user_existence:
        raise refusals.user_not_found()
    return user


def check_state(client: AppClient, user: User) -> None:
    """Refuse users who may not sign in, whatever their password is (A127 to A129, A103)."""
    if not user.enabled:
        raise refusals.user_disabled()
    if user.status == UNCONFIRMED:
        raise refusals.user_not_confirmed()
    if user.status == RESET_REQUIRED:
        if client.hides_user_existence:
            raise refusals.incorrect_username_or_password()
        raise refusals.password_reset_required()


def check_password(engine: Engine, client: AppClient, user: User | None, password: str) -> User:
    """Check state, lock-out and password, and return the user they are right for (A125 to A137)."""
    if user is None:
        raise refusals.incorrect_username_or_password()
    check_state(client, user)
    now = engine.clock.time()
    user.lockout.refuse_if_locked(now)
    if user.password is None or not user.password.matches(password):
        user.lockout.failed(now)
        raise refusals.incorrect_username_or_password()
    accept_password(engine, client, user)
    return user


def accept_password(engine: Engine, client: AppClient, user: User) -> None:
    """Note a proven password; a temporary one may be too old all the same (A061)."""
    now = engine.clock.time()
    user.lockout.succeeded(now)
    if user.password is not None and user.password.has_expired(client.pool, now):
        raise refusals.temporary_password_expired()


def start_srp(
    engine: Engine,
    client: AppClient,
    name: str,
    srp_a: str,
    device_key: str | None,
    *,
    custom: CustomRounds | None = None,
) -> dict[str, Any]:
    """Put PASSWORD_VERIFIER, without a Session (D044); the user is judged before A is (A150)."""
    user = find_user(engine, client, name)
    if user is not None:
        check_state(client, user)
    try:
        client_public = parse_public_value(srp_a)
    except SrpError as error:
        raise refusals.srp_a_invalid() from error
    challenge = _user_challenge(engine, client, user, name, client_public)
    challenge.device_key = device_key
    challenge.custom = custom
    engine.srp_challenges.open(challenge, engine.clock.time())
    parameters = {
        **challenge.parameters(),
        "USERNAME": challenge.ident,
        "USER_ID_FOR_SRP": challenge.ident,
    }
    return {"ChallengeName": PASSWORD_VERIFIER, "ChallengeParameters": parameters}


def _user_challenge(
    engine: Engine, client: AppClient, user: User | None, name: str, client_public: int
) -> UserChallenge:
    """A challenge from the user's verifier, or from a made-up one that nobody can prove (A101)."""
    made_up = engine.srp_challenges.made_up(client.pool, name)
    record = user.password if user else None
    return UserChallenge(
        client=client,
        prefix=client.pool.srp_prefix,
        ident=user.username if user else made_up.user_id,
        salt=record.salt if record else made_up.salt,
        client_public=client_public,
        exchange=engine.srp_challenges.exchange(record.verifier if record else made_up.verifier),
        expires_at=engine.clock.time() + client.session_seconds,
        user=user,
        record=record,
    )

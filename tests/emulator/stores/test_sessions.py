"""Sessions between the steps of a sign-in: opaque, short-lived, used once, for one user."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID_SESSION = "Invalid session for the user."


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a pool with optional MFA."""
    return new_walker(engine, mfa="OPTIONAL")


@pytest.fixture
def secret(walker: Walker) -> str:
    """The secret of the user, who switched TOTP on."""
    return walker.enrol(tokens_of(walker.by_password()))


def answer(walker: Walker, secret: str, session: str, **responses: str) -> dict[str, Any]:
    """Answer the TOTP challenge with the present code."""
    code = walker.code(secret)
    return walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code, **responses)


@pytest.mark.fact("A139")
def test_session_looks_like_cognitos(walker: Walker, secret: str) -> None:
    """A session is opaque, begins with AYAB and is as long as real ones."""
    one, two = (walker.by_password()["Session"] for _ in range(2))
    assert one != two
    assert re.fullmatch(r"AYAB[\w=-]{900,1700}", one)


@pytest.mark.fact("A140", "A141")
def test_session_lives_three_minutes_by_default(walker: Walker, secret: str) -> None:
    """A session lives for three minutes and no longer."""
    early, late = walker.by_password()["Session"], walker.by_password()["Session"]
    walker.engine.clock.advance(179.9)
    assert tokens_of(answer(walker, secret, early))
    walker.engine.clock.advance(0.1)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
        answer(walker, secret, late)


@pytest.mark.fact("A140")
def test_client_sets_the_lifetime(engine: Engine) -> None:
    """AuthSessionValidity sets the lifetime in minutes."""
    settings = {"AuthSessionValidity": 15}
    walker = new_walker(engine, mfa="OPTIONAL", client_settings=settings)
    secret = walker.enrol(tokens_of(walker.by_password()))
    early, late = walker.by_password()["Session"], walker.by_password()["Session"]
    engine.clock.advance(899)
    assert tokens_of(answer(walker, secret, early))
    engine.clock.advance(1)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
        answer(walker, secret, late)


@pytest.mark.fact("A140")
def test_each_step_has_the_full_lifetime(engine: Engine) -> None:
    """The lifetime counts from each step."""
    walker = new_walker(engine, mfa="ON")
    session = walker.by_password()["Session"]
    engine.clock.advance(170)
    associated = walker.call("AssociateSoftwareToken", Session=session)
    engine.clock.advance(170)
    code = walker.code(associated["SecretCode"])
    verified = walker.call("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
    engine.clock.advance(170)
    assert tokens_of(walker.respond("MFA_SETUP", verified["Session"]))


@pytest.mark.fact("A142")
def test_success_uses_up_the_session(walker: Walker, secret: str) -> None:
    """After success the session is refused, even with another right code."""
    session = walker.by_password()["Session"]
    assert tokens_of(answer(walker, secret, session))
    walker.engine.clock.advance(30)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."):
        answer(walker, secret, session)


@pytest.mark.fact("A143")
@pytest.mark.parametrize("session", ["s" * 20, "AYAB" + "x" * 1024])
def test_invalid_session_is_refused(walker: Walker, secret: str, session: str) -> None:
    """A session that was never issued is refused."""
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(walker, secret, session)


@pytest.mark.fact("A143")
def test_session_of_another_user_is_refused(walker: Walker, secret: str) -> None:
    """A session is refused for another user, and this does not use it up."""
    client = {"ClientId": walker.client_id}
    pool_id, engine = walker.user_pool_id, walker.engine
    bob = new_walker(engine, username="bob", pool_id=pool_id, client=client)
    session = walker.by_password()["Session"]
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(bob, secret, session)
    assert tokens_of(answer(walker, secret, session))


@pytest.mark.fact("A143")
def test_session_for_an_unknown_user_is_refused(walker: Walker, secret: str) -> None:
    """A session is refused for a name that no user has."""
    session = walker.by_password()["Session"]
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(walker, secret, session, USERNAME="nobody")


@pytest.mark.fact("A143")
def test_session_of_another_client_is_refused(walker: Walker, secret: str) -> None:
    """A session is refused at another client of the same pool."""
    session = walker.by_password()["Session"]
    walker.client_id = new_client(walker.engine, walker.user_pool_id)["ClientId"]
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(walker, secret, session)


@pytest.mark.fact("A143")
def test_session_of_another_pool_is_refused(walker: Walker, secret: str) -> None:
    """A session is refused in another pool."""
    session = walker.by_password()["Session"]
    other = new_walker(walker.engine, pool_id=new_pool(walker.engine, mfa="OPTIONAL"))
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(other, secret, session)


@pytest.mark.fact("A179")
@pytest.mark.parametrize("challenge", ["SMS_MFA", "MFA_SETUP", "NEW_PASSWORD_REQUIRED"])
def test_session_of_another_challenge_is_refused(
    walker: Walker, secret: str, challenge: str
) -> None:
    """A session is valid only for its own challenge."""
    session = walker.by_password()["Session"]
    everything = {
        "SMS_MFA_CODE": "123456",
        "NEW_PASSWORD": "Another-Pass-9",
        "SOFTWARE_TOKEN_MFA_CODE": walker.code(secret),
    }
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        walker.respond(challenge, session, **everything)
    assert tokens_of(answer(walker, secret, session))


@pytest.mark.fact("A128")
def test_user_disabled_between_steps_is_refused(walker: Walker, secret: str) -> None:
    """A user who is disabled between two steps gets no tokens."""
    session = walker.by_password()["Session"]
    walker.administer("AdminDisableUser")
    with refused(NOT_AUTHORIZED, "User is disabled."):
        answer(walker, secret, session)


@pytest.mark.fact("A143")
def test_session_does_not_pass_to_a_new_user_of_the_name(walker: Walker, secret: str) -> None:
    """A deleted user's session is refused for a new user of the same name."""
    session = walker.by_password()["Session"]
    walker.administer("AdminDeleteUser")
    client = {"ClientId": walker.client_id}
    new_walker(walker.engine, pool_id=walker.user_pool_id, client=client)
    with refused(NOT_AUTHORIZED, INVALID_SESSION):
        answer(walker, secret, session)


def test_public_and_admin_steps_mix(walker: Walker, secret: str) -> None:
    """An administrator operation can finish a sign-in that began publicly."""
    session = walker.by_password()["Session"]
    walker.admin = True
    assert tokens_of(answer(walker, secret, session))


@pytest.mark.fact("A178")
def test_response_may_use_the_alias(engine: Engine) -> None:
    """USERNAME of a challenge response may be the alias."""
    walker = new_walker(engine, mfa="OPTIONAL", AliasAttributes=["email"])
    secret = walker.enrol(tokens_of(walker.by_password()))
    session = walker.by_password()["Session"]
    assert tokens_of(answer(walker, secret, session, USERNAME="alice@example.com"))


def test_challenge_not_emulated_is_reported(walker: Walker) -> None:
    """A challenge that the emulator never asks is refused as not emulated."""
    with pytest.raises(Refusal, match="not emulated"):
        walker.respond("ADMIN_NO_SRP_AUTH", "s" * 20)


def test_sign_in_goes_on_after_modules_are_imported_anew(
    walker: Walker, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session knows its sign-in also where pytester has restored the modules in between."""
    session = walker.by_password()["Session"]
    monkeypatch.delitem(sys.modules, "harness.emulator.domain.attempt")
    found = walker.engine.sessions.peek(session)
    assert found is not None
    assert found.attempt is found.about
    assert "AuthenticationResult" in answer(walker, secret, session)

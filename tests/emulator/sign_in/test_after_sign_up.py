"""Sign-up, confirmation and sign-in handed on by sessions, for clients with USER_AUTH."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.walker import Walker, new_client, new_pool, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """Somebody who has not signed up yet, at a client that allows USER_AUTH."""
    pool_id = new_pool(engine, mfa="OPTIONAL")
    return Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])


def sign_up(walker: Walker) -> dict[str, Any]:
    """SignUp."""
    return walker.call(
        "SignUp",
        ClientId=walker.client_id,
        Username=walker.username,
        Password=PASSWORD,
        UserAttributes=pairs(email=f"{walker.username}@example.com"),
    )


def confirm(walker: Walker, **members: str) -> dict[str, Any]:
    """ConfirmSignUp."""
    code = walker.engine.outbox.messages(username=walker.username)[0].code
    names = {"ClientId": walker.client_id, "Username": walker.username}
    return walker.call("ConfirmSignUp", **{**names, "ConfirmationCode": code, **members})


def sign_in(walker: Walker, session: str, username: str = "alice") -> dict[str, Any]:
    """InitiateAuth with USER_AUTH and a session."""
    return walker.call(
        "InitiateAuth",
        ClientId=walker.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username},
        Session=session,
    )


@pytest.mark.fact("A009", "A004", "A036")
def test_to_tokens(walker: Walker) -> None:
    """The sessions lead to tokens without a password."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    assert "RefreshToken" in tokens_of(sign_in(walker, session))


@pytest.mark.fact("A204")
def test_second_factor(engine: Engine) -> None:
    """In a pool that demands MFA the sessions lead to its set-up, and no further by themselves."""
    pool_id = new_pool(engine, mfa="ON")
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    challenge = sign_in(walker, confirm(walker, Session=sign_up(walker)["Session"])["Session"])
    assert challenge["ChallengeName"] == "MFA_SETUP"
    _, answer = walker.set_up(challenge)
    assert "RefreshToken" in tokens_of(answer)


@pytest.mark.fact("A062")
@pytest.mark.parametrize("permanent", [True, False])
def test_another_password(walker: Walker, permanent: bool) -> None:
    """Once an administrator has set another password, the session of the old one is worthless."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=permanent)
    with refused(NOT_AUTHORIZED, INVALID):
        sign_in(walker, session)


@pytest.mark.fact("A009")
def test_other_clients(engine: Engine) -> None:
    """A client without USER_AUTH gets no session."""
    pool_id = new_pool(engine)
    client = new_client(engine, pool_id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    assert "Session" not in sign_up(Walker(engine, pool_id, client["ClientId"]))


def test_without_handing_it_on(walker: Walker) -> None:
    """Who confirms without a session gets none."""
    sign_up(walker)
    assert confirm(walker) == {}


def test_the_session_of_sign_up_is_no_sign_in(walker: Walker) -> None:
    """Nobody signs in before he is confirmed, nor afterwards by the first session."""
    session = sign_up(walker)["Session"]
    for _ in range(2):
        with refused(NOT_AUTHORIZED, INVALID):
            sign_in(walker, session)
        if walker.administer("AdminGetUser")["UserStatus"] == "UNCONFIRMED":
            confirm(walker)


@pytest.mark.fact("A009", "A142")
def test_once_only(walker: Walker) -> None:
    """Each session is good for one step."""
    first = sign_up(walker)["Session"]
    second = confirm(walker, Session=first)["Session"]
    tokens_of(sign_in(walker, second))
    for session in (first, second):
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            sign_in(walker, session)


def test_too_late(walker: Walker) -> None:
    """A session lives as long as any other; the code is good without it."""
    session = sign_up(walker)["Session"]
    walker.engine.clock.advance(180)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
        confirm(walker, Session=session)
    assert confirm(walker) == {}


def test_a_wrong_code_spends_nothing(walker: Walker) -> None:
    """After a wrong code the same session goes on."""
    session = sign_up(walker)["Session"]
    with refused("CodeMismatchException"):
        confirm(walker, Session=session, ConfirmationCode="x")
    assert "Session" in confirm(walker, Session=session)


@pytest.mark.parametrize("text", ["garbage", "another user's"])
def test_a_foreign_session(walker: Walker, text: str) -> None:
    """Neither garbage nor another user's session confirms or signs in."""
    bob = Walker(walker.engine, walker.user_pool_id, walker.client_id, "bob")
    sessions = [sign_up(bob)["Session"]]
    sessions.append(confirm(bob, Session=sessions[0])["Session"])
    sign_up(walker)
    for session in ["g" * 30] if text == "garbage" else sessions:
        with refused(NOT_AUTHORIZED):
            confirm(walker, Session=session)
        with refused(NOT_AUTHORIZED):
            sign_in(walker, session)


def test_no_challenge_is_answered_by_it(walker: Walker) -> None:
    """A session of a sign-up answers no challenge."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    for challenge in ("SELECT_CHALLENGE", "CUSTOM_CHALLENGE"):
        with refused(NOT_AUTHORIZED, INVALID):
            walker.respond(challenge, session, ANSWER="PASSWORD", PASSWORD=PASSWORD)


def test_disabled_meanwhile(walker: Walker) -> None:
    """Who is disabled after his confirmation does not sign in."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminDisableUser")
    with refused(NOT_AUTHORIZED, "User is disabled."):
        sign_in(walker, session)

"""Sign-up, confirmation and sign-in linked by sessions, for clients with USER_AUTH."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.choosing import SMS
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.walker import Walker, new_client, new_pool, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user who has not signed up yet, at a client that allows USER_AUTH."""
    pool_id = new_pool(engine, mfa="OPTIONAL")
    return Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])


def sign_up(walker: Walker) -> dict[str, Any]:
    """Call SignUp."""
    return walker.call(
        "SignUp",
        ClientId=walker.client_id,
        Username=walker.username,
        Password=PASSWORD,
        UserAttributes=pairs(email=f"{walker.username}@example.com"),
    )


def confirm(walker: Walker, **members: str) -> dict[str, Any]:
    """Call ConfirmSignUp."""
    code = walker.engine.outbox.messages(username=walker.username)[0].code
    names = {"ClientId": walker.client_id, "Username": walker.username}
    return walker.call("ConfirmSignUp", **{**names, "ConfirmationCode": code, **members})


def sign_in(walker: Walker, session: str, username: str = "alice") -> dict[str, Any]:
    """Call InitiateAuth with USER_AUTH and a session."""
    return walker.call(
        "InitiateAuth",
        ClientId=walker.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username},
        Session=session,
    )


@pytest.mark.fact("A009", "A004", "A036")
def test_sessions_lead_to_tokens_without_password(walker: Walker) -> None:
    """The sessions lead to tokens without a password."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    assert "RefreshToken" in tokens_of(sign_in(walker, session))


@pytest.mark.fact("A204")
def test_required_mfa_is_still_set_up(engine: Engine) -> None:
    """If the pool requires MFA, the sessions lead to its set-up and not to tokens."""
    pool_id = new_pool(engine, mfa="ON")
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    challenge = sign_in(walker, confirm(walker, Session=sign_up(walker)["Session"])["Session"])
    assert challenge["ChallengeName"] == "MFA_SETUP"
    _, answer = walker.set_up(challenge)
    assert "RefreshToken" in tokens_of(answer)


@pytest.mark.fact("A062")
@pytest.mark.parametrize("permanent", [True, False])
def test_session_ends_when_the_password_changes(walker: Walker, permanent: bool) -> None:
    """After an administrator sets another password, the session is refused."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=permanent)
    with refused(NOT_AUTHORIZED, INVALID):
        sign_in(walker, session)


@pytest.mark.fact("A009")
def test_client_without_user_auth_gets_no_session(engine: Engine) -> None:
    """A client without USER_AUTH gets no session."""
    pool_id = new_pool(engine)
    client = new_client(engine, pool_id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    assert "Session" not in sign_up(Walker(engine, pool_id, client["ClientId"]))


def test_confirmation_without_session_returns_none(walker: Walker) -> None:
    """If a code is no first factor, ConfirmSignUp without a session returns no session."""
    sign_up(walker)
    assert confirm(walker) == {}


@pytest.mark.fact("N024")
@pytest.mark.parametrize("allowed", ["EMAIL_OTP", "SMS_OTP"])
def test_a_code_that_signs_in_needs_no_session_of_sign_up(engine: Engine, allowed: str) -> None:
    """If the confirmed code could be the first factor, ConfirmSignUp returns a session anyway."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", allowed]}}
    pool_id = new_pool(engine, Policies=policies, SmsConfiguration=SMS)
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    sign_up(walker)
    confirmed = confirm(walker)
    # The code went to the email address.
    assert ("Session" in confirmed) == (allowed == "EMAIL_OTP")
    if confirmed:
        assert "RefreshToken" in tokens_of(sign_in(walker, confirmed["Session"]))


@pytest.mark.fact("N024")
def test_client_without_user_auth_gets_no_session_of_its_code(engine: Engine) -> None:
    """A client without USER_AUTH gets none, whatever the pool allows."""
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    pool_id = new_pool(engine, Policies=policies)
    client = new_client(engine, pool_id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    walker = Walker(engine, pool_id, client["ClientId"])
    sign_up(walker)
    assert confirm(walker) == {}


def test_session_of_sign_up_does_not_sign_in(walker: Walker) -> None:
    """The session of SignUp signs in neither before the confirmation nor after it."""
    session = sign_up(walker)["Session"]
    for _ in range(2):
        with refused(NOT_AUTHORIZED, INVALID):
            sign_in(walker, session)
        if walker.administer("AdminGetUser")["UserStatus"] == "UNCONFIRMED":
            confirm(walker)


@pytest.mark.fact("A009", "A142")
def test_each_session_works_once(walker: Walker) -> None:
    """Each session is valid for one step."""
    first = sign_up(walker)["Session"]
    second = confirm(walker, Session=first)["Session"]
    tokens_of(sign_in(walker, second))
    for session in (first, second):
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            sign_in(walker, session)


def test_expired_session_is_refused(walker: Walker) -> None:
    """The session lives as long as any other; the code works without it."""
    session = sign_up(walker)["Session"]
    walker.engine.clock.advance(180)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
        confirm(walker, Session=session)
    assert confirm(walker) == {}


def test_wrong_code_keeps_the_session(walker: Walker) -> None:
    """After a wrong code the same session still works."""
    session = sign_up(walker)["Session"]
    with refused("CodeMismatchException"):
        confirm(walker, Session=session, ConfirmationCode="x")
    assert "Session" in confirm(walker, Session=session)


@pytest.mark.parametrize("text", ["garbage", "another user's"])
def test_foreign_session_is_refused(walker: Walker, text: str) -> None:
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


def test_session_answers_no_challenge(walker: Walker) -> None:
    """A session of a sign-up is refused in a challenge response."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    for challenge in ("SELECT_CHALLENGE", "CUSTOM_CHALLENGE"):
        with refused(NOT_AUTHORIZED, INVALID):
            walker.respond(challenge, session, ANSWER="PASSWORD", PASSWORD=PASSWORD)


def test_user_disabled_after_confirmation_is_refused(walker: Walker) -> None:
    """A user who is disabled after the confirmation cannot sign in."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminDisableUser")
    with refused(NOT_AUTHORIZED, "User is disabled."):
        sign_in(walker, session)

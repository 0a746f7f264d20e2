"""Sign-up, confirmation and sign-in linked by sessions, for clients with USER_AUTH."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support import choosing
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, pairs, refused
from tests.emulator.support.passwordless import allowing, pool_with_codes
from tests.emulator.support.saved_states import restart
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import (
    Walker,
    new_client,
    new_pool,
    tokens_of,
)

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "Invalid session for the user."


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user who has not signed up yet, at a client that allows USER_AUTH, in a pool with codes."""
    pool_id = pool_with_codes(engine, mfa="OPTIONAL")
    return Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])


def sign_up(walker: Walker, **attributes: str) -> dict[str, Any]:
    """Call SignUp with an email address and these attributes."""
    return walker.call(
        "SignUp",
        ClientId=walker.client_id,
        Username=walker.username,
        Password=PASSWORD,
        UserAttributes=pairs(email=f"{walker.username}@example.com", **attributes),
    )


def confirm(walker: Walker, **members: str) -> dict[str, Any]:
    """Call ConfirmSignUp."""
    code = walker.engine.outbox.messages(username=walker.username)[0].code
    names = {"ClientId": walker.client_id, "Username": walker.username}
    return walker.call("ConfirmSignUp", **{**names, "ConfirmationCode": code, **members})


def sign_in(
    walker: Walker, session: str, username: str = "alice", **parameters: str
) -> dict[str, Any]:
    """Call InitiateAuth with USER_AUTH and a session."""
    return walker.call(
        "InitiateAuth",
        ClientId=walker.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username, **parameters},
        Session=session,
    )


def confirmed(walker: Walker, **attributes: str) -> str:
    """Sign up, confirm and return the session of ConfirmSignUp."""
    session = sign_up(walker, **attributes)["Session"]
    return str(confirm(walker, Session=session)["Session"])


@pytest.mark.fact("A009", "A004", "A036", "N024")
def test_sessions_lead_to_tokens_without_password(walker: Walker) -> None:
    """The sessions lead to tokens without a password."""
    assert "RefreshToken" in tokens_of(sign_in(walker, confirmed(walker)))


@pytest.mark.fact("N024")
@pytest.mark.parametrize(
    "parameters",
    [
        {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": OTHER_PASSWORD},
        {"PREFERRED_CHALLENGE": "PASSWORD"},
        {"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "0"},
        {"PREFERRED_CHALLENGE": "EMAIL_OTP"},
    ],
)
def test_other_factors_are_ignored(walker: Walker, parameters: dict[str, str]) -> None:
    """AuthParameters of factors neither count nor send a code, right or wrong."""
    answer = sign_in(walker, confirmed(walker), **parameters)
    assert tokens_of(answer)
    assert "AvailableChallenges" not in answer
    assert len(walker.engine.outbox.messages()) == 1


@pytest.mark.fact("N024")
@pytest.mark.parametrize(
    ("verified", "factor", "leads"),
    [
        (["email"], "EMAIL_OTP", True),
        (["email"], "SMS_OTP", False),
        (["phone_number"], "SMS_OTP", True),
        (["phone_number"], "EMAIL_OTP", False),
        (["email", "phone_number"], "SMS_OTP", True),
        (["email", "phone_number"], "EMAIL_OTP", False),
        (["email"], "WEB_AUTHN", False),
    ],
)
def test_confirmed_code_must_be_a_first_factor(
    engine: Engine, verified: list[str], factor: str, leads: bool
) -> None:
    """Only a code to a contact that the pool also sends sign-in codes to counts as a factor."""
    pool_id = pool_with_codes(engine, factor, AutoVerifiedAttributes=verified)
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    answer = sign_in(walker, confirmed(walker, phone_number="+15555550100"))
    assert ("AuthenticationResult" in answer) is leads
    if not leads:
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        others = {factor} - {"WEB_AUTHN"}
        assert set(answer["AvailableChallenges"]) == {"PASSWORD", "PASSWORD_SRP", *others}


@pytest.mark.fact("N024")
def test_only_the_confirmed_contact_counts() -> None:
    """A contact that is verified otherwise is no proof, though codes could be sent there."""
    engine = engine_with(pre_sign_up=Recorder({"autoVerifyEmail": True}))
    pool_id = pool_with_codes(engine, "EMAIL_OTP", AutoVerifiedAttributes=["phone_number"])
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    answer = sign_in(walker, confirmed(walker, phone_number="+15555550100"))
    assert answer["ChallengeName"] == "SELECT_CHALLENGE"
    assert "EMAIL_OTP" in answer["AvailableChallenges"]


@pytest.mark.fact("N024")
def test_session_that_proves_nothing_stays_and_so_does_the_choice(engine: Engine) -> None:
    """Where codes are no first factor the sign-in goes on as without the session."""
    pool_id = new_pool(engine)
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    session = confirmed(walker)
    with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
        sign_in(walker, session, PREFERRED_CHALLENGE="PASSWORD")
    with refused(NOT_AUTHORIZED, "Incorrect username or password."):
        sign_in(walker, session, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=OTHER_PASSWORD)
    preferred = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
    assert tokens_of(sign_in(walker, session, **preferred))
    walker.call(
        "UpdateUserPool",
        UserPoolId=pool_id,
        AutoVerifiedAttributes=["email"],
        **allowing("EMAIL_OTP"),
    )
    assert tokens_of(sign_in(walker, session))


@pytest.mark.fact("N024", "A204")
def test_required_mfa_is_still_set_up(engine: Engine) -> None:
    """If the pool requires MFA, the sessions replace neither the password nor the set-up."""
    pool_id = new_pool(engine, mfa="ON")
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    session = confirmed(walker)
    choice = sign_in(walker, session)
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    answer = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
    challenge = walker.respond("SELECT_CHALLENGE", choice["Session"], **answer)
    assert challenge["ChallengeName"] == "MFA_SETUP"
    _, result = walker.set_up(challenge)
    assert "RefreshToken" in tokens_of(result)


@pytest.mark.fact("N024", "N032")
def test_own_second_factor_needs_the_password(engine: Engine) -> None:
    """A user with a second factor signs in neither by code nor by the session."""
    factors = ("Sms", "SoftwareToken")
    pool_id = pool_with_codes(engine, mfa="OPTIONAL", factors=factors)
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    session = confirmed(walker, phone_number="+15555550100")
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings={"Enabled": True})
    answer = sign_in(walker, session)
    assert set(answer["AvailableChallenges"]) == {"PASSWORD", "PASSWORD_SRP"}
    walker.administer("AdminSetUserMFAPreference", SMSMfaSettings={"Enabled": False})
    assert tokens_of(sign_in(walker, session))


@pytest.mark.fact("N024")
def test_confirmed_contact_survives_a_restart(walker: Walker) -> None:
    """The session leads to tokens after the state was saved and loaded."""
    session = confirmed(walker)
    walker.engine = restart(walker.engine)
    assert tokens_of(sign_in(walker, session))


@pytest.mark.fact("A062")
@pytest.mark.parametrize("permanent", [True, False])
def test_session_ends_when_the_password_changes(walker: Walker, permanent: bool) -> None:
    """After an administrator sets another password, the session is refused."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=permanent)
    with refused(NOT_AUTHORIZED, INVALID):
        sign_in(walker, session)


@pytest.mark.fact("N024", "A324")
def test_session_ends_when_the_user_signs_out(walker: Walker) -> None:
    """A session of ConfirmSignUp from before a global sign-out is refused."""
    session = confirm(walker, Session=sign_up(walker)["Session"])["Session"]
    walker.administer("AdminUserGlobalSignOut")
    walker.engine = restart(walker.engine)
    with refused(NOT_AUTHORIZED, INVALID):
        sign_in(walker, session)


@pytest.mark.fact("A009")
def test_client_without_user_auth_gets_no_session(engine: Engine) -> None:
    """A client without USER_AUTH gets no session."""
    pool_id = new_pool(engine)
    client = new_client(engine, pool_id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    assert "Session" not in sign_up(Walker(engine, pool_id, client["ClientId"]))


@pytest.mark.fact("N024")
@pytest.mark.parametrize("allowed", ["EMAIL_OTP", "SMS_OTP"])
def test_a_code_that_signs_in_needs_no_session_of_sign_up(engine: Engine, allowed: str) -> None:
    """If the confirmed code could be the first factor, ConfirmSignUp returns a session anyway."""
    pool_id = new_pool(engine, **choosing.allowing(allowed))
    walker = Walker(engine, pool_id, new_client(engine, pool_id)["ClientId"])
    sign_up(walker)
    answer = confirm(walker)
    # The code went to the email address.
    assert ("Session" in answer) == (allowed == "EMAIL_OTP")
    if answer:
        assert "RefreshToken" in tokens_of(sign_in(walker, answer["Session"]))


@pytest.mark.fact("N024")
def test_client_without_user_auth_gets_no_session_of_its_code(engine: Engine) -> None:
    """A client without USER_AUTH gets none, whatever the pool allows."""
    pool_id = new_pool(engine, **choosing.allowing("EMAIL_OTP"))
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
    assert "Session" in confirm(walker)


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


@pytest.mark.fact("N024", "A143")
def test_session_is_of_one_client(walker: Walker) -> None:
    """Another app client of the pool neither confirms nor signs in with it."""
    begun = sign_up(walker)["Session"]
    other = new_client(walker.engine, walker.user_pool_id)["ClientId"]
    with refused(NOT_AUTHORIZED, INVALID):
        confirm(walker, Session=begun, ClientId=other)
    session = confirm(walker, Session=begun)["Session"]
    own, walker.client_id = walker.client_id, other
    with refused(NOT_AUTHORIZED, INVALID):
        sign_in(walker, session)
    walker.client_id = own
    assert tokens_of(sign_in(walker, session))


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

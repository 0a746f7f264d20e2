"""NEW_PASSWORD_REQUIRED: the permanent password and missing required attributes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.walker import ALWAYS, Walker, new_client, new_walker, tokens_of

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"

#: A pool that requires a given name and an email address.
SCHEMA = [
    {"Name": name, "AttributeDataType": "String", "Required": True, "Mutable": True}
    for name in ("given_name", "email")
]


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """Bob, created by an administrator without the required given name."""
    walker = new_walker(engine, Schema=SCHEMA, attributes={"given_name": "Alice"})
    walker.username, walker.admin = "bob", request.param
    walker.administer(
        "AdminCreateUser",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": "bob@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    return walker


def answer(walker: Walker, session: str, **responses: str) -> dict[str, Any]:
    """Answer with a good password and the required name, or with the given responses."""
    good = {"NEW_PASSWORD": OTHER_PASSWORD, "userAttributes.given_name": "Bob"}
    return walker.respond("NEW_PASSWORD_REQUIRED", session, **{**good, **responses})


@pytest.mark.fact("A167", "M123")
def test_parameters_are_json_in_strings(walker: Walker) -> None:
    """The challenge lists present and missing attributes as JSON in strings."""
    given = walker.by_password()["ChallengeParameters"]
    assert given["USER_ID_FOR_SRP"] == "bob"
    assert json.loads(given["requiredAttributes"]) == ["userAttributes.given_name"]
    attributes = {"email": "bob@example.com", "email_verified": "true"}
    assert json.loads(given["userAttributes"]) == attributes


@pytest.mark.fact("A168")
def test_response_sets_password_and_attributes(walker: Walker) -> None:
    """A good response sets password and attributes, confirms the user and gives tokens."""
    assert tokens_of(answer(walker, walker.by_password()["Session"]))
    user = walker.administer("AdminGetUser")
    assert user["UserStatus"] == "CONFIRMED"
    assert as_dict(user["UserAttributes"])["given_name"] == "Bob"
    walker.password = OTHER_PASSWORD
    assert tokens_of(walker.by_password())
    assert tokens_of(walker.by_srp())


def test_temporary_password_stops_working(walker: Walker) -> None:
    """Afterwards the temporary password is wrong."""
    answer(walker, walker.by_password()["Session"])
    with refused(NOT_AUTHORIZED, "Incorrect username or password."):
        walker.by_password()


@pytest.mark.fact("A060")
def test_permanent_password_may_equal_the_temporary_one(walker: Walker) -> None:
    """The permanent password may equal the temporary one."""
    session = walker.by_password()["Session"]
    assert tokens_of(answer(walker, session, NEW_PASSWORD=PASSWORD))


@pytest.mark.fact("A169", "A169b", "M121")
def test_weak_password_is_refused(walker: Walker) -> None:
    """A password that breaks the policy is refused, and another can be tried."""
    session = walker.by_password()["Session"]
    with refused("InvalidPasswordException"):
        answer(walker, session, NEW_PASSWORD="weak")
    user = walker.administer("AdminGetUser")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert "given_name" not in as_dict(user["UserAttributes"])
    assert tokens_of(answer(walker, session))


@pytest.mark.fact("A058")
def test_missing_required_attribute_is_refused(walker: Walker) -> None:
    """A missing required attribute is refused, and nothing changes."""
    session = walker.by_password()["Session"]
    with refused(INVALID):
        walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD=OTHER_PASSWORD)
    assert walker.by_password()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.fact("A168", "A314", "A168b")
def test_present_attribute_cannot_be_changed(walker: Walker) -> None:
    """An attribute that has a value cannot be changed here."""
    session = walker.by_password()["Session"]
    with refused(NOT_AUTHORIZED, "Cannot modify an already provided email"):
        answer(walker, session, **{"userAttributes.email": "other@example.com"})


def test_unknown_attribute_is_refused(walker: Walker) -> None:
    """An attribute that the pool does not know is refused."""
    session = walker.by_password()["Session"]
    with refused(INVALID):
        answer(walker, session, **{"userAttributes.custom:nothing": "x"})


@pytest.mark.fact("A168")
def test_write_attributes_are_enforced(walker: Walker) -> None:
    """WriteAttributes apply here too."""
    client = new_client(walker.engine, walker.user_pool_id, WriteAttributes=["given_name", "email"])
    walker.client_id = client["ClientId"]
    session = walker.by_password()["Session"]
    with refused(NOT_AUTHORIZED):
        answer(walker, session, **{"userAttributes.family_name": "Builder"})
    assert tokens_of(answer(walker, session))


@pytest.mark.fact("A059")
def test_address_of_another_user_is_refused(engine: Engine) -> None:
    """An email address that is another user's username is refused, and nothing changes."""
    names = ["email", "phone_number"]
    walker = new_walker(engine, username="alice@example.com", UsernameAttributes=names)
    walker.username = "+15555551234"
    walker.administer("AdminCreateUser", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    session = walker.by_password()["Session"]
    taken = {"userAttributes.email": "alice@example.com", "NEW_PASSWORD": OTHER_PASSWORD}
    with refused("AliasExistsException"):
        walker.respond("NEW_PASSWORD_REQUIRED", session, **taken)
    free = {**taken, "userAttributes.email": "bob@example.com"}
    assert tokens_of(walker.respond("NEW_PASSWORD_REQUIRED", session, **free))


@pytest.mark.fact("A117")
def test_missing_password_is_named(walker: Walker) -> None:
    """A missing NEW_PASSWORD is refused by name."""
    session = walker.by_password()["Session"]
    with refused(INVALID, "Missing required parameter NEW_PASSWORD"):
        walker.respond("NEW_PASSWORD_REQUIRED", session)


@pytest.mark.fact("A142")
def test_session_works_once(walker: Walker) -> None:
    """Success uses up the session."""
    session = walker.by_password()["Session"]
    answer(walker, session)
    with refused(NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."):
        answer(walker, session)


def test_other_session_of_the_user_is_refused_after_success(walker: Walker) -> None:
    """Once the password is replaced, other sessions with the old one are refused."""
    first, second = walker.by_password()["Session"], walker.by_password()["Session"]
    answer(walker, first)
    with refused(NOT_AUTHORIZED, "Invalid session for the user."):
        walker.respond("NEW_PASSWORD_REQUIRED", second, NEW_PASSWORD="Third-Pass-9")


def test_session_of_an_older_temporary_password_is_refused(walker: Walker) -> None:
    """A session that began with one temporary password does not replace the next one."""
    session = walker.by_password()["Session"]
    walker.administer("AdminSetUserPassword", Password=OTHER_PASSWORD, Permanent=False)
    with refused(NOT_AUTHORIZED, "Invalid session for the user."):
        answer(walker, session, NEW_PASSWORD="Third-Pass-9")


@pytest.mark.fact("A186")
@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "SMS_OTP", None])
def test_temporary_password_is_asked_before_any_code(walker: Walker, preferred: str | None) -> None:
    """A user with a temporary password is offered only the password, whatever they prefer."""
    answer = walker.initiate("USER_AUTH", USERNAME="bob", PREFERRED_CHALLENGE=preferred)
    assert answer["ChallengeName"] == "SELECT_CHALLENGE"
    assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    assert walker.engine.outbox.messages(username="bob") == []
    chosen = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
    challenge = walker.respond("SELECT_CHALLENGE", answer["Session"], **chosen)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.fact("D058", "D096")
def test_tokens_come_with_a_new_device(engine: Engine) -> None:
    """In a tracking pool a new device is issued, even if a key was sent."""
    walker = new_walker(engine, devices=ALWAYS)
    device = walker.confirm_device(tokens_of(walker.by_password()))
    walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
    session = walker.by_password(DEVICE_KEY=device.key)["Session"]
    tokens = tokens_of(
        walker.respond("NEW_PASSWORD_REQUIRED", session, NEW_PASSWORD=OTHER_PASSWORD)
    )
    assert tokens["NewDeviceMetadata"]["DeviceKey"] != device.key

"""AdminCreateUser (section 1.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, START, Person, as_dict, pairs, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]

EMAIL = "alice@example.com"
PHONE = "+15555550100"


def create(call: Call, pool_id: str, username: str = "alice", **members: Any) -> dict[str, Any]:
    """Make a user as an administrator and return his description."""
    return dict(call("AdminCreateUser", UserPoolId=pool_id, Username=username, **members)["User"])


@pytest.mark.fact("A054")
def test_the_answer_describes_the_user(call: Call, pool_id: str) -> None:
    """FORCE_CHANGE_PASSWORD, enabled, with the sub among the attributes."""
    user = create(call, pool_id, UserAttributes=pairs(email=EMAIL))
    attributes = as_dict(user.pop("Attributes"))
    assert user == {
        "Username": "alice",
        "UserCreateDate": START,
        "UserLastModifiedDate": START,
        "Enabled": True,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }
    assert set(attributes) == {"sub", "email"}


@pytest.mark.fact("A055")
def test_a_taken_name_has_other_words(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]
) -> None:
    """Administrators read another text than SignUp's."""
    unconfirmed_user(pool_id, client)
    with refused("UsernameExistsException", "User account already exists"):
        create(call, pool_id)


@pytest.mark.fact("A056", "A057")
def test_the_invitation_carries_a_password_that_works(
    call: Call, engine: Engine, pool_id: str, client_id: str
) -> None:
    """A temporary password is made up, sent, and asks for a new one at sign-in."""
    create(call, pool_id, UserAttributes=pairs(email=EMAIL), DesiredDeliveryMediums=["EMAIL"])
    (message,) = engine.outbox.messages(username="alice")
    assert (message.kind, message.medium, message.destination) == ("invitation", "EMAIL", EMAIL)
    answer = call(
        "InitiateAuth",
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": message.code},
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


@pytest.mark.fact("A056")
@pytest.mark.parametrize(
    ("attributes", "mediums", "sent"),
    [
        ({"email": EMAIL, "phone_number": PHONE}, None, ["SMS"]),
        ({"email": EMAIL}, None, ["EMAIL"]),
        ({"email": EMAIL, "phone_number": PHONE}, ["EMAIL"], ["EMAIL"]),
        ({"email": EMAIL, "phone_number": PHONE}, ["SMS", "EMAIL"], ["EMAIL", "SMS"]),
        ({"email": EMAIL}, ["SMS"], []),
        ({}, None, []),
    ],
)
def test_invitations_go_by_the_mediums_asked_for(
    call: Call,
    engine: Engine,
    pool_id: str,
    attributes: dict[str, str],
    mediums: list[str] | None,
    sent: list[str],
) -> None:
    """One message for each medium that reaches the user; SMS where nothing is asked for."""
    members: dict[str, Any] = {"DesiredDeliveryMediums": mediums} if mediums else {}
    create(call, pool_id, UserAttributes=pairs(**attributes), **members)
    assert [message.medium for message in engine.outbox.messages()] == sent


@pytest.mark.fact("A056")
def test_a_suppressed_invitation_is_not_sent(call: Call, engine: Engine, pool_id: str) -> None:
    """SUPPRESS sends nothing."""
    create(call, pool_id, UserAttributes=pairs(email=EMAIL), MessageAction="SUPPRESS")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A056")
def test_an_invitation_is_sent_again_with_a_new_password(
    call: Call, engine: Engine, pool_id: str
) -> None:
    """RESEND makes no second user, and the old password no longer counts."""
    first = create(call, pool_id, UserAttributes=pairs(email=EMAIL))
    again = create(call, pool_id, MessageAction="RESEND")
    assert again["Attributes"] == first["Attributes"]
    new, old = engine.outbox.messages(username="alice")
    assert new.code != old.code
    record = engine.pools[pool_id].users.by_username("alice")
    assert record is not None
    assert record.password is not None
    assert record.password.matches(new.code)
    assert not record.password.matches(old.code)


@pytest.mark.fact("A056")
def test_resend_wants_a_user_who_has_not_signed_in(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]
) -> None:
    """Nobody is not found, and a confirmed user is past it."""
    with refused("UserNotFoundException", "User does not exist."):
        create(call, pool_id, MessageAction="RESEND")
    confirmed_user(pool_id, client)
    with refused("UnsupportedUserStateException"):
        create(call, pool_id, MessageAction="RESEND")


@pytest.mark.fact("A057")
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_pool_with_one_time_codes_needs_no_password(
    call: Call, engine: Engine, make_pool: MakePool, password: str | None
) -> None:
    """There a user without a temporary password is CONFIRMED at once and gets nothing."""
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    pool_id = make_pool(Policies={"SignInPolicy": factors})
    members = {"TemporaryPassword": password} if password else {}
    user = create(call, pool_id, UserAttributes=pairs(email=EMAIL), **members)
    status = "FORCE_CHANGE_PASSWORD" if password else "CONFIRMED"
    assert user["UserStatus"] == status
    assert len(engine.outbox.messages()) == (1 if password else 0)


@pytest.mark.fact("A058")
def test_required_attributes_may_come_later(call: Call, make_pool: MakePool) -> None:
    """They are demanded at the first sign-in, not here."""
    pool_id = make_pool(Schema=[{"Name": "family_name", "Required": True}])
    assert create(call, pool_id)["UserStatus"] == "FORCE_CHANGE_PASSWORD"


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        (
            {"custom__role": "x"},
            "Attributes did not conform to the schema: "
            "Type for attribute {custom:role} could not be determined",
        ),
        ({"email": "nobody"}, "Invalid email address format."),
        ({"email_verified": "true"}, "Email is required to verify/un-verify an email"),
        (
            {"phone_number_verified": "true"},
            "Phone Number is required to verify/un-verify a phone number",
        ),
        ({"sub": "me"}, None),
    ],
)
def test_attributes_must_fit_here_too(
    call: Call, pool_id: str, attributes: dict[str, str], text: str | None
) -> None:
    """Unknown, malformed and Cognito's own attributes are refused, and no user is made."""
    with refused("InvalidParameterException", text):
        create(call, pool_id, UserAttributes=pairs(**attributes))
    assert call("ListUsers", UserPoolId=pool_id)["Users"] == []


@pytest.mark.fact("A059")
def test_a_verified_alias_belongs_to_one_user(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """A second verified owner is refused, an unverified one is not."""
    pool_id = make_pool(AliasAttributes=["email"])
    confirmed_user(pool_id, make_client(pool_id), "alice")
    verified = pairs(email=EMAIL, email_verified="true")
    text = "An account with the given email already exists."
    with refused("AliasExistsException", text):
        create(call, pool_id, "bob", UserAttributes=verified)
    create(call, pool_id, "carol", UserAttributes=pairs(email=EMAIL))
    found = call("AdminGetUser", UserPoolId=pool_id, Username=EMAIL)
    assert found["Username"] == "alice"


@pytest.mark.fact("A043", "A059")
def test_an_alias_can_be_taken_over(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """ForceAliasCreation moves the alias and un-verifies it where it was."""
    pool_id = make_pool(AliasAttributes=["email"])
    confirmed_user(pool_id, make_client(pool_id), "alice")
    verified = pairs(email=EMAIL, email_verified="true")
    create(call, pool_id, "bob", UserAttributes=verified, ForceAliasCreation=True)
    assert call("AdminGetUser", UserPoolId=pool_id, Username=EMAIL)["Username"] == "bob"
    alice = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert as_dict(alice["UserAttributes"])["email_verified"] == "false"


@pytest.mark.fact("A043", "A059")
def test_a_user_name_cannot_be_taken_over(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """ForceAliasCreation moves aliases; who is found by his user name stays so."""
    pool_id = make_pool(AliasAttributes=["preferred_username"])
    confirmed_user(pool_id, make_client(pool_id), "alice")
    wanted = pairs(preferred_username="alice")
    with refused("AliasExistsException"):
        create(call, pool_id, "bob", UserAttributes=wanted, ForceAliasCreation=True)
    assert call("AdminGetUser", UserPoolId=pool_id, Username="alice")["Username"] == "alice"


@pytest.mark.fact("A030")
def test_a_refused_password_makes_no_user(call: Call, pool_id: str) -> None:
    """A temporary password is held to the policy before anything happens."""
    with refused("InvalidPasswordException"):
        create(call, pool_id, TemporaryPassword="short")
    assert call("ListUsers", UserPoolId=pool_id)["Users"] == []

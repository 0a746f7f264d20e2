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
    """Create a user as an administrator and return the user's description."""
    return dict(call("AdminCreateUser", UserPoolId=pool_id, Username=username, **members)["User"])


@pytest.mark.fact("A054")
def test_response_describes_the_user(call: Call, pool_id: str) -> None:
    """The user is FORCE_CHANGE_PASSWORD and enabled, and the sub is among the attributes."""
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
def test_taken_username_is_refused_with_own_text(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]
) -> None:
    """The message about a taken username differs from SignUp's."""
    unconfirmed_user(pool_id, client)
    with refused("UsernameExistsException", "User account already exists"):
        create(call, pool_id)


@pytest.mark.fact("A056", "A057")
def test_invitation_holds_a_working_temporary_password(
    call: Call, engine: Engine, pool_id: str, client_id: str
) -> None:
    """A temporary password is generated and sent; signing in with it asks for a new one."""
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
def test_invitation_uses_the_desired_mediums(
    call: Call,
    engine: Engine,
    pool_id: str,
    attributes: dict[str, str],
    mediums: list[str] | None,
    sent: list[str],
) -> None:
    """One message is sent per desired medium that reaches the user; the default is SMS."""
    members: dict[str, Any] = {"DesiredDeliveryMediums": mediums} if mediums else {}
    create(call, pool_id, UserAttributes=pairs(**attributes), **members)
    assert [message.medium for message in engine.outbox.messages()] == sent


@pytest.mark.fact("A056")
def test_suppressed_invitation_is_not_sent(call: Call, engine: Engine, pool_id: str) -> None:
    """MessageAction SUPPRESS sends no message."""
    create(call, pool_id, UserAttributes=pairs(email=EMAIL), MessageAction="SUPPRESS")
    assert engine.outbox.messages() == []


@pytest.mark.fact("A056")
def test_resend_sends_a_new_temporary_password(call: Call, engine: Engine, pool_id: str) -> None:
    """RESEND creates no second user, and the old temporary password stops working."""
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


@pytest.mark.fact("A056", "A056b")
def test_resend_needs_a_user_with_temporary_password(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]
) -> None:
    """RESEND is refused for an unknown user and for a confirmed one."""
    with refused("UserNotFoundException", "User does not exist."):
        create(call, pool_id, MessageAction="RESEND")
    confirmed_user(pool_id, client)
    with refused("UnsupportedUserStateException"):
        create(call, pool_id, MessageAction="RESEND")


@pytest.mark.fact("A057")
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_user_without_password_is_confirmed_if_otp_is_allowed(
    call: Call, make_pool: MakePool, password: str | None
) -> None:
    """If the pool allows one-time passwords, a user without a password is CONFIRMED at once."""
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    pool_id = make_pool(Policies={"SignInPolicy": factors})
    members = {"TemporaryPassword": password} if password else {}
    user = create(call, pool_id, UserAttributes=pairs(email=EMAIL), **members)
    status = "FORCE_CHANGE_PASSWORD" if password else "CONFIRMED"
    assert user["UserStatus"] == status


@pytest.mark.fact("A058")
def test_required_attributes_may_be_missing(call: Call, make_pool: MakePool) -> None:
    """A required attribute may be missing; the first sign-in asks for it."""
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
def test_invalid_attributes_are_refused(
    call: Call, pool_id: str, attributes: dict[str, str], text: str | None
) -> None:
    """Unknown, malformed and reserved attributes are refused, and no user is created."""
    with refused("InvalidParameterException", text):
        create(call, pool_id, UserAttributes=pairs(**attributes))
    assert call("ListUsers", UserPoolId=pool_id)["Users"] == []


@pytest.mark.fact("A059")
def test_verified_alias_belongs_to_one_user(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """A second verified owner of an alias is refused; an unverified one is not."""
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
def test_force_alias_creation_moves_the_alias(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """ForceAliasCreation moves an alias and makes it unverified at its previous owner."""
    pool_id = make_pool(AliasAttributes=["email"])
    confirmed_user(pool_id, make_client(pool_id), "alice")
    verified = pairs(email=EMAIL, email_verified="true")
    create(call, pool_id, "bob", UserAttributes=verified, ForceAliasCreation=True)
    assert call("AdminGetUser", UserPoolId=pool_id, Username=EMAIL)["Username"] == "bob"
    alice = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert as_dict(alice["UserAttributes"])["email_verified"] == "false"


@pytest.mark.fact("A043", "A059")
def test_force_alias_creation_never_takes_a_username(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: Callable[..., Person]
) -> None:
    """ForceAliasCreation moves aliases but never takes over a username."""
    pool_id = make_pool(AliasAttributes=["preferred_username"])
    confirmed_user(pool_id, make_client(pool_id), "alice")
    wanted = pairs(preferred_username="alice")
    with refused("AliasExistsException"):
        create(call, pool_id, "bob", UserAttributes=wanted, ForceAliasCreation=True)
    assert call("AdminGetUser", UserPoolId=pool_id, Username="alice")["Username"] == "alice"


@pytest.mark.fact("A030")
def test_refused_password_creates_no_user(call: Call, pool_id: str) -> None:
    """A temporary password that breaks the policy is refused, and no user is created."""
    with refused("InvalidPasswordException"):
        create(call, pool_id, TemporaryPassword="short")
    assert call("ListUsers", UserPoolId=pool_id)["Users"] == []

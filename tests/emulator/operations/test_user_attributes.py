"""Changes and verification of attributes (sections 1.1 and 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.conftest import Call
from tests.emulator.support.attribute_changes import administer, attributes_of, update
from tests.emulator.support.expect import (
    DAY,
    HOUR,
    LATE_CODE,
    START,
    TOO_MANY,
    WRONG_CODE,
    Person,
    pairs,
    refused,
)

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]
SignIn = Callable[[Person], str]

NEW = "new@example.org"
NEW_DETAILS = {"Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
ALIAS_TAKEN = "An account with the given email already exists."
UNAUTHORIZED = "A client attempted to write unauthorized attribute"


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: MakeUser) -> Person:
    """A confirmed user with a verified email address."""
    return confirmed_user(pool_id, client)


@pytest.fixture
def token(alice: Person, access_token: SignIn) -> str:
    """Alice's access token."""
    return access_token(alice)


def test_attribute_without_verification_changes_at_once(
    call: Call, engine: Engine, alice: Person, token: str
) -> None:
    """Other attributes change at once without a message, and update the modified date."""
    engine.clock.advance(5)
    assert update(call, token, name="Alice") == []
    assert attributes_of(call, alice)["name"] == "Alice"
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice")
    assert user["UserLastModifiedDate"] == START + 5


def test_new_address_is_unverified_and_gets_a_code(
    call: Call, alice: Person, token: str, code: Callable[..., str]
) -> None:
    """The new address counts at once as unverified; its code verifies it."""
    assert update(call, token, email=NEW) == [NEW_DETAILS]
    assert attributes_of(call, alice) == {"email": NEW, "email_verified": "false"}
    answer = call(
        "VerifyUserAttribute",
        AccessToken=token,
        AttributeName="email",
        Code=code("alice", "attribute_verification"),
    )
    assert answer == {}
    assert attributes_of(call, alice) == {"email": NEW, "email_verified": "true"}


def test_unchanged_address_stays_verified(call: Call, alice: Person, token: str) -> None:
    """An unchanged value keeps its flag and gets no code."""
    assert update(call, token, email=alice.email) == []
    assert attributes_of(call, alice)["email_verified"] == "true"


def test_phone_number_not_auto_verified_gets_no_code(call: Call, alice: Person, token: str) -> None:
    """Only attributes in AutoVerifiedAttributes get codes."""
    assert update(call, token, phone_number="+15555550100") == []
    assert attributes_of(call, alice)["phone_number_verified"] == "false"


@pytest.fixture
def pending_address_user(
    make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> Person:
    """A user of a pool where a new address must be verified first; the address is an alias."""
    held_back = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool_id = make_pool(UserAttributeUpdateSettings=held_back, AliasAttributes=["email"])
    return confirmed_user(pool_id, make_client(pool_id))


def test_new_address_waits_for_verification(
    call: Call,
    engine: Engine,
    pending_address_user: Person,
    access_token: SignIn,
    code: Callable[..., str],
) -> None:
    """Until verified, the old address stays and signs in; other changes apply at once."""
    token = access_token(pending_address_user)
    assert update(call, token, email=NEW, name="Alice") == [NEW_DETAILS]
    before = {"email": pending_address_user.email, "email_verified": "true", "name": "Alice"}
    assert attributes_of(call, pending_address_user) == before
    assert engine.outbox.messages()[0].destination == NEW
    verify = {"AccessToken": token, "AttributeName": "email"}
    call("VerifyUserAttribute", **verify, Code=code("alice", "attribute_verification"))
    assert attributes_of(call, pending_address_user) == {**before, "email": NEW}
    found = call("AdminGetUser", UserPoolId=pending_address_user.user_pool_id, Username=NEW)
    assert found["Username"] == "alice"
    with refused("UserNotFoundException"):
        call(
            "AdminGetUser",
            UserPoolId=pending_address_user.user_pool_id,
            Username=pending_address_user.email,
        )


def test_requested_code_goes_to_the_present_address(
    call: Call, engine: Engine, pending_address_user: Person, access_token: SignIn
) -> None:
    """GetUserAttributeVerificationCode sends to the present address, and its code verifies that."""
    token = access_token(pending_address_user)
    update(call, token, email=NEW)
    call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email")
    sent = engine.outbox.messages()[0]
    assert sent.destination == "alice@example.com"
    call("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=sent.code)
    assert attributes_of(call, pending_address_user)["email"] == "alice@example.com"


def test_administrator_change_cancels_the_pending_address(
    call: Call, pending_address_user: Person, access_token: SignIn, code: Callable[..., str]
) -> None:
    """After an administrator's change, the pending address's code is refused."""
    token = access_token(pending_address_user)
    update(call, token, email=NEW)
    old = code("alice", "attribute_verification")
    administer(call, pending_address_user, email="third@example.net", email_verified="true")
    with refused("ExpiredCodeException", LATE_CODE):
        call("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=old)
    assert attributes_of(call, pending_address_user)["email"] == "third@example.net"


@pytest.mark.fact("A044")
def test_attribute_code_lives_24_hours(
    call: Call,
    engine: Engine,
    alice: Person,
    make_client: MakeClient,
    access_token: SignIn,
    code: Callable[..., str],
) -> None:
    """After 24 hours the code has expired."""
    client = make_client(
        alice.user_pool_id, AccessTokenValidity=24, TokenValidityUnits={"AccessToken": "hours"}
    )
    alice.client_id = client["ClientId"]
    update(call, access_token(alice), email=NEW)
    engine.clock.advance(DAY - 1)
    later = access_token(alice)
    engine.clock.advance(1)
    with refused("ExpiredCodeException", LATE_CODE):
        call(
            "VerifyUserAttribute",
            AccessToken=later,
            AttributeName="email",
            Code=code("alice", "attribute_verification"),
        )


def test_code_is_sent_on_request(
    call: Call, alice: Person, token: str, code: Callable[..., str]
) -> None:
    """GetUserAttributeVerificationCode returns masked details, and its code verifies."""
    administer(call, alice, email_verified="false")
    request = {"AccessToken": token, "AttributeName": "email"}
    details = call("GetUserAttributeVerificationCode", **request)["CodeDeliveryDetails"]
    assert details["Destination"] == "a***@e***"
    with refused("CodeMismatchException", WRONG_CODE):
        call("VerifyUserAttribute", **request, Code="wrong")
    sent = code("alice", "attribute_verification")
    call("VerifyUserAttribute", **request, Code=sent)
    assert attributes_of(call, alice)["email_verified"] == "true"
    with refused("ExpiredCodeException", LATE_CODE):
        call("VerifyUserAttribute", **request, Code=sent)


@pytest.mark.parametrize("name", ["name", "phone_number"])
def test_only_an_existing_contact_can_be_verified(call: Call, token: str, name: str) -> None:
    """A code goes only to an email address or phone number that the user has."""
    with refused("InvalidParameterException"):
        call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName=name)
    if name == "name":
        with refused("InvalidParameterException"):
            call("VerifyUserAttribute", AccessToken=token, AttributeName=name, Code="123456")


@pytest.mark.fact("A289")
@pytest.mark.parametrize(
    ("operation", "limit", "members"),
    [
        ("GetUserAttributeVerificationCode", 5, {}),
        ("VerifyUserAttribute", 15, {"Code": "wrong"}),
    ],
)
def test_verification_has_an_hourly_limit(
    call: Call,
    engine: Engine,
    alice: Person,
    token: str,
    access_token: SignIn,
    operation: str,
    limit: int,
    members: dict[str, str],
) -> None:
    """Beyond the limit every call is refused until an hour has passed."""

    def ask(access: str) -> str:
        try:
            call(operation, AccessToken=access, AttributeName="email", **members)
        except Refusal as refusal:
            return refusal.code
        return "ok"

    answers = {ask(token) for _ in range(limit)}
    assert "LimitExceededException" not in answers
    with refused("LimitExceededException", TOO_MANY):
        call(operation, AccessToken=token, AttributeName="email", **members)
    engine.clock.advance(HOUR)
    assert ask(access_token(alice)) in answers


@pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "sub"])
def test_users_cannot_write_verified_flags_or_sub(
    call: Call, token: str, client_id: str, name: str
) -> None:
    """A client cannot write them at sign-up or later."""
    with refused("NotAuthorizedException", UNAUTHORIZED):
        update(call, token, **{name: "true"})
    with refused("NotAuthorizedException", UNAUTHORIZED):
        call(
            "SignUp",
            ClientId=client_id,
            Username="bob",
            Password="Correct-Horse-7",
            UserAttributes=pairs(**{name: "true"}),
        )


def test_write_attributes_are_enforced(
    call: Call,
    alice: Person,
    make_client: MakeClient,
    access_token: SignIn,
) -> None:
    """WriteAttributes apply to changes, deletions and sign-up."""
    client = make_client(alice.user_pool_id, WriteAttributes=["name"])
    alice.client_id = client["ClientId"]
    token = access_token(alice)
    assert update(call, token, name="Alice") == []
    with refused("NotAuthorizedException", UNAUTHORIZED):
        update(call, token, name="Alice", email=NEW)
    with refused("NotAuthorizedException", UNAUTHORIZED):
        call("DeleteUserAttributes", AccessToken=token, UserAttributeNames=["email"])
    with refused("NotAuthorizedException", UNAUTHORIZED):
        call(
            "SignUp",
            ClientId=alice.client_id,
            Username="bob",
            Password="Correct-Horse-7",
            UserAttributes=pairs(email="bob@example.com"),
        )


@pytest.mark.fact("A029", "M133", "A029b")
@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"custom__role": "x"}, "user.custom:role: Attribute does not exist in the schema.\n"),
        ({"custom__role": ""}, "user.custom:role: Attribute does not exist in the schema.\n"),
        ({"email": "nobody"}, "Invalid email address format."),
        ({"phone_number": "1234"}, "Invalid phone number format."),
        (
            {"birthdate": "1 January 2000"},
            "user.birthdate: String must be no longer than 10 characters",
        ),
    ],
)
def test_invalid_change_is_refused(
    call: Call, alice: Person, token: str, attributes: dict[str, str], text: str
) -> None:
    """Users and administrators get the same refusal, and nothing changes."""
    before = attributes_of(call, alice)
    with refused("InvalidParameterException", text):
        update(call, token, name="Alice", **attributes)
    with refused("InvalidParameterException", text):
        administer(call, alice, name="Alice", **attributes)
    assert attributes_of(call, alice) == before


def test_administrator_sets_verified_addresses(call: Call, engine: Engine, alice: Person) -> None:
    """A value that comes with its flag gets no code; one without gets one."""
    engine.outbox.clear()
    assert administer(call, alice, email=NEW, email_verified="true") == {}
    assert attributes_of(call, alice) == {"email": NEW, "email_verified": "true"}
    assert engine.outbox.messages() == []
    administer(call, alice, email="third@example.net")
    assert attributes_of(call, alice)["email_verified"] == "false"
    assert engine.outbox.messages()[0].kind == "attribute_verification"


def test_administrator_verifies_only_existing_contacts(call: Call, alice: Person) -> None:
    """A flag without its address or number is refused."""
    text = "Phone Number is required to verify/un-verify a phone number"
    with refused("InvalidParameterException", text):
        administer(call, alice, phone_number_verified="true")


@pytest.mark.parametrize("way", ["blank", "delete", "administrator"])
def test_deleted_attribute_loses_its_flag(call: Call, alice: Person, token: str, way: str) -> None:
    """A blank value deletes like the delete operations, including the verified flag."""
    if way == "blank":
        update(call, token, email="")
    elif way == "delete":
        assert call("DeleteUserAttributes", AccessToken=token, UserAttributeNames=["email"]) == {}
    else:
        request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
        assert call("AdminDeleteUserAttributes", **request, UserAttributeNames=["email"]) == {}
    assert attributes_of(call, alice) == {}


def test_deleting_an_address_cancels_its_code(
    call: Call, alice: Person, token: str, code: Callable[..., str]
) -> None:
    """The code of a deleted address verifies nothing."""
    update(call, token, email=NEW)
    call("DeleteUserAttributes", AccessToken=token, UserAttributeNames=["email"])
    with refused("ExpiredCodeException", LATE_CODE):
        call(
            "VerifyUserAttribute",
            AccessToken=token,
            AttributeName="email",
            Code=code("alice", "attribute_verification"),
        )


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (
            ["name", "custom:a", "custom:b"],
            "Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\n"
            "user.custom:b: Attribute does not exist in the schema.\n",
        ),
        (["name", "family_name"], "user.family_name: The attribute is required"),
    ],
    ids=["unknown", "required"],
)
def test_unknown_or_required_attribute_cannot_be_deleted(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
    names: list[str],
    text: str,
) -> None:
    """Users and administrators are refused, and all attributes stay."""
    pool_id = make_pool(Schema=[{"Name": "family_name", "Required": True}])
    person = confirmed_user(pool_id, make_client(pool_id), family_name="Doe", name="Al")
    for operation, members in (
        ("DeleteUserAttributes", {"AccessToken": access_token(person)}),
        ("AdminDeleteUserAttributes", {"UserPoolId": pool_id, "Username": "alice"}),
    ):
        with refused("InvalidParameterException", text):
            call(operation, **members, UserAttributeNames=names)
    attributes = attributes_of(call, person)
    assert (attributes["family_name"], attributes["name"]) == ("Doe", "Al")

"""SignUp and ConfirmSignUp (sections 1.1 and 1.3 of the facts)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import (
    DAY,
    HOUR,
    LATE_CODE,
    PASSWORD,
    START,
    TOO_MANY,
    WRONG_CODE,
    Person,
    as_dict,
    pairs,
    refused,
)

EMAIL = pairs(email="test@example.com")


@pytest.mark.fact("A022")
def test_sub_has_no_uuid_version(engine: Engine) -> None:
    """A sub looks like a UUID, but its version digit varies."""
    subs = [engine.random.sub() for _ in range(200)]
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", sub) for sub in subs)
    assert len({sub[14] for sub in subs}) == len({sub[19] for sub in subs}) == 16


def sign_up(call: Call, client_id: str, username: str = "alice", **members: Any) -> dict[str, Any]:
    """Sign up a user with a password that every pool accepts."""
    return call("SignUp", ClientId=client_id, Username=username, Password=PASSWORD, **members)


@pytest.mark.fact("A004", "A006", "A010")
def test_response_has_the_masked_destination(call: Call, client_id: str) -> None:
    """An auto-verified email address gets one code, and the response masks the address."""
    answer = sign_up(call, client_id, UserAttributes=EMAIL)
    assert answer == {
        "UserConfirmed": False,
        "UserSub": answer["UserSub"],
        "CodeDeliveryDetails": {
            "Destination": "t***@e***",
            "DeliveryMedium": "EMAIL",
            "AttributeName": "email",
        },
    }


@pytest.mark.fact("A005", "A007")
@pytest.mark.parametrize(
    ("verified", "attributes"),
    [([], EMAIL), (["email"], []), (["email"], pairs(phone_number="+15555559934"))],
    ids=["nothing verified", "nothing supplied", "something else supplied"],
)
def test_no_code_is_sent_without_a_verifiable_attribute(
    call: Call,
    engine: Engine,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    verified: list[str],
    attributes: list[dict[str, str]],
) -> None:
    """Without an auto-verified attribute there are no delivery details and no message."""
    client = make_client(make_pool(AutoVerifiedAttributes=verified))
    answer = sign_up(call, client["ClientId"], UserAttributes=attributes)
    assert "CodeDeliveryDetails" not in answer
    assert engine.outbox.messages() == []


@pytest.mark.fact("A008", "A011")
def test_code_goes_to_the_phone_if_both_are_verified(
    call: Call,
    engine: Engine,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
) -> None:
    """If both are auto-verified, exactly one code is sent, by SMS."""
    client = make_client(make_pool(AutoVerifiedAttributes=["email", "phone_number"]))
    attributes = pairs(email="test@example.com", phone_number="+15555559934")
    details = sign_up(call, client["ClientId"], UserAttributes=attributes)["CodeDeliveryDetails"]
    assert details == {
        "Destination": "+*******9934",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert [message.medium for message in engine.outbox.messages()] == ["SMS"]


@pytest.mark.fact("A005", "A021", "A022")
def test_new_user_is_unconfirmed_and_keeps_the_username(
    call: Call, pool_id: str, client_id: str
) -> None:
    """In a pool with usernames the name stays as given, and the sub differs."""
    sub = sign_up(call, client_id, UserAttributes=EMAIL)["UserSub"]
    user = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert (user["Username"], user["UserStatus"], user["Enabled"]) == ("alice", "UNCONFIRMED", True)
    email = {"email": "test@example.com", "email_verified": "false"}
    assert as_dict(user["UserAttributes"]) == {"sub": sub, **email}
    assert [len(part) for part in sub.split("-")] == [8, 4, 4, 4, 12]


@pytest.mark.fact("A012", "A014")
def test_taken_username_is_refused_even_if_unconfirmed(call: Call, client_id: str) -> None:
    """A second sign-up under a username is refused, confirmed or not."""
    sign_up(call, client_id)
    with refused("UsernameExistsException", "User already exists"):
        sign_up(call, client_id)


@pytest.mark.fact("A104")
def test_taken_username_is_reported_even_if_existence_is_hidden(
    call: Call, pool_id: str, make_client: Callable[..., dict[str, Any]]
) -> None:
    """SignUp returns UsernameExistsException under PreventUserExistenceErrors too."""
    client = make_client(pool_id, PreventUserExistenceErrors="ENABLED")
    sign_up(call, client["ClientId"])
    with refused("UsernameExistsException", "User already exists"):
        sign_up(call, client["ClientId"])


def test_refused_sign_up_has_no_effect(
    call: Call, engine: Engine, pool_id: str, client_id: str
) -> None:
    """A refused sign-up creates no user and sends no message."""
    with refused("InvalidPasswordException"):
        call("SignUp", ClientId=client_id, Username="alice", Password="short", UserAttributes=EMAIL)
    assert call("ListUsers", UserPoolId=pool_id)["Users"] == []
    assert engine.outbox.messages() == []


@pytest.mark.fact("A015", "A015b")
def test_sign_up_is_refused_if_only_administrators_may_create(
    call: Call, make_pool: Callable[..., str], make_client: Callable[..., dict[str, Any]]
) -> None:
    """AllowAdminCreateUserOnly refuses every sign-up."""
    client = make_client(make_pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}))
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(call, client["ClientId"])


@pytest.mark.fact("A027")
def test_unknown_client_is_refused(call: Call) -> None:
    """The error names an unknown app client."""
    with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
        sign_up(call, "nobody")


def secret_hash(client: dict[str, Any], username: str) -> str:
    """Return the SECRET_HASH as clients compute it (A119)."""
    message = (username + client["ClientId"]).encode()
    digest = hmac.new(client["ClientSecret"].encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@pytest.mark.fact("A120", "A121")
@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("SignUp", {"Password": PASSWORD}),
        ("ConfirmSignUp", {"ConfirmationCode": "123456"}),
        ("ResendConfirmationCode", {}),
        ("ForgotPassword", {}),
        ("ConfirmForgotPassword", {"ConfirmationCode": "123456", "Password": PASSWORD}),
    ],
)
def test_client_with_a_secret_needs_the_hash(
    call: Call,
    pool_id: str,
    make_client: Callable[..., dict[str, Any]],
    operation: str,
    members: dict[str, str],
) -> None:
    """A missing, wrong or another user's hash is refused before anything else."""
    client = make_client(pool_id, GenerateSecret=True)
    client_id = client["ClientId"]
    request = {"ClientId": client_id, "Username": "alice", **members}
    missing = f"Client {client_id} is configured with secret but SECRET_HASH was not received"
    with refused("NotAuthorizedException", missing):
        call(operation, **request)
    wrong = f"Unable to verify secret hash for client {client_id}"
    for given in ("wrong", secret_hash(client, "bob")):
        with refused("NotAuthorizedException", wrong):
            call(operation, **request, SecretHash=given)


@pytest.mark.fact("A119")
def test_right_secret_hash_is_accepted(
    call: Call, pool_id: str, make_client: Callable[..., dict[str, Any]]
) -> None:
    """With the hash over username and client ID the sign-up succeeds."""
    client = make_client(pool_id, GenerateSecret=True)
    answer = sign_up(call, client["ClientId"], SecretHash=secret_hash(client, "alice"))
    assert answer["UserConfirmed"] is False


def confirm(call: Call, person: Person, code: str, **members: Any) -> dict[str, Any]:
    """Confirm a user's sign-up."""
    return call(
        "ConfirmSignUp",
        ClientId=person.client_id,
        Username=person.username,
        ConfirmationCode=code,
        **members,
    )


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]) -> Person:
    """A user who signed up and has a code."""
    return unconfirmed_user(pool_id, client)


@pytest.mark.fact("A036")
def test_right_code_confirms_and_verifies(
    call: Call, engine: Engine, alice: Person, code: Callable[..., str]
) -> None:
    """The response is empty, the user is CONFIRMED and the address verified."""
    engine.clock.advance(5)
    assert confirm(call, alice, code("alice")) == {}
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice")
    assert user["UserStatus"] == "CONFIRMED"
    assert user["UserLastModifiedDate"] == START + 5
    assert as_dict(user["UserAttributes"])["email_verified"] == "true"


@pytest.mark.fact("A044")
def test_code_has_six_digits(alice: Person, code: Callable[..., str]) -> None:
    """A sign-up code has six digits."""
    assert len(code("alice")) == 6
    assert code("alice").isdecimal()


@pytest.mark.fact("A037")
def test_wrong_code_changes_nothing(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """A wrong code is refused, and the right one still works."""
    wrong = "000000" if code("alice") != "000000" else "111111"
    with refused("CodeMismatchException", WRONG_CODE):
        confirm(call, alice, wrong)
    confirm(call, alice, code("alice"))


@pytest.mark.fact("A038", "A044")
@pytest.mark.parametrize(("seconds", "late"), [(DAY - 1, False), (DAY, True)])
@pytest.mark.parametrize("resent", [False, True], ids=["first", "resent"])
def test_code_lives_24_hours(
    call: Call,
    engine: Engine,
    alice: Person,
    code: Callable[..., str],
    resent: bool,
    seconds: int,
    late: bool,
) -> None:
    """A code is valid for exactly 24 hours; a resent code has its own 24 hours."""
    if resent:
        engine.clock.advance(HOUR)
        call("ResendConfirmationCode", ClientId=alice.client_id, Username="alice")
    engine.clock.advance(seconds)
    if late:
        with refused("ExpiredCodeException", LATE_CODE):
            confirm(call, alice, code("alice"))
    else:
        confirm(call, alice, code("alice"))


@pytest.mark.fact("A039", "A053b")
@pytest.mark.parametrize(
    ("prepare", "status"),
    [("AdminConfirmSignUp", "CONFIRMED"), ("AdminSetUserPassword", "FORCE_CHANGE_PASSWORD")],
)
def test_only_unconfirmed_user_can_be_confirmed(
    call: Call, alice: Person, code: Callable[..., str], prepare: str, status: str
) -> None:
    """Confirming a user in another state is refused with the present status."""
    members = {"Password": PASSWORD} if prepare == "AdminSetUserPassword" else {}
    call(prepare, UserPoolId=alice.user_pool_id, Username="alice", **members)
    text = f"User cannot be confirmed. Current status is {status}"
    with refused("NotAuthorizedException", text):
        confirm(call, alice, code("alice"))
    with refused("NotAuthorizedException", text):
        call("AdminConfirmSignUp", UserPoolId=alice.user_pool_id, Username="alice")


@pytest.mark.fact("A045", "A289", "A045b")
def test_sixteenth_confirmation_within_an_hour_is_refused(
    call: Call, engine: Engine, alice: Person, code: Callable[..., str]
) -> None:
    """The sixteenth ConfirmSignUp within an hour is refused; later calls work."""
    for _ in range(15):
        with refused("CodeMismatchException"):
            confirm(call, alice, "wrong")
    with refused("LimitExceededException", TOO_MANY):
        confirm(call, alice, code("alice"))
    engine.clock.advance(HOUR - 1)
    with refused("LimitExceededException", TOO_MANY):
        confirm(call, alice, code("alice"))
    engine.clock.advance(1)
    confirm(call, alice, code("alice"))


def test_disabled_user_cannot_be_confirmed(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """A disabled user's code is refused."""
    call("AdminDisableUser", UserPoolId=alice.user_pool_id, Username="alice")
    with refused("NotAuthorizedException", "User is disabled."):
        confirm(call, alice, code("alice"))


def test_code_sent_to_an_old_address_is_refused(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """After the address changes, only a code sent to the new one works."""
    names = {"ClientId": alice.client_id, "Username": "alice"}
    old = code("alice")
    call(
        "AdminUpdateUserAttributes",
        UserPoolId=alice.user_pool_id,
        Username="alice",
        UserAttributes=pairs(email="new@example.com"),
    )
    with refused("ExpiredCodeException", LATE_CODE):
        call("ConfirmSignUp", **names, ConfirmationCode=old)
    call("ResendConfirmationCode", **names)
    call("ConfirmSignUp", **names, ConfirmationCode=code("alice", "resend"))
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice")
    assert as_dict(user["UserAttributes"])["email_verified"] == "true"


@pytest.mark.fact("A053")
def test_administrator_confirms_without_verifying(call: Call, alice: Person) -> None:
    """AdminConfirmSignUp returns nothing and leaves the address unverified."""
    assert call("AdminConfirmSignUp", UserPoolId=alice.user_pool_id, Username="alice") == {}
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice")
    assert user["UserStatus"] == "CONFIRMED"
    assert as_dict(user["UserAttributes"])["email_verified"] == "false"

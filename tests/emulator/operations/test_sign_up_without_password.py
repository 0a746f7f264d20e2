"""SignUp without a password: who may do so, and what the others are told."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.validation import name_violations
from harness.emulator.engine import Engine
from tests.emulator.support.expect import PASSWORD, pairs, refused
from tests.emulator.support.passwordless import (
    allowing,
    pool_with_codes,
    sign_up,
    walker_of,
    without_password,
)
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import new_pool

EMAIL = "alice@example.com"
PHONE = "+15555550100"
TOO_SHORT = "Password did not conform with policy: Password not long enough"


@pytest.mark.fact("N054")
@pytest.mark.parametrize("members", [{}, {"Password": ""}])
@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
def test_user_needs_no_password_where_codes_are_sent(
    engine: Engine, factor: str, members: dict[str, str]
) -> None:
    """With a contact that the pool verifies and sends sign-in codes to, no password is needed."""
    contact = {"email": EMAIL} if factor == "EMAIL_OTP" else {"phone_number": PHONE}
    pool_id = pool_with_codes(engine, factor, AutoVerifiedAttributes=list(contact))
    walker = walker_of(engine, pool_id)
    body = {"ClientId": walker.client_id, "Username": "alice", "UserAttributes": pairs(**contact)}
    sent = engine.call("SignUp", validate("SignUp", {**body, **members}))
    assert sent["UserConfirmed"] is False
    user = engine.pools[pool_id].users.by_username("alice")
    assert user is not None
    assert (user.password, user.password_history, user.status) == (None, [], "UNCONFIRMED")


@pytest.mark.fact("N054")
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {**allowing("WEB_AUTHN")},
        {**allowing("EMAIL_OTP"), "AutoVerifiedAttributes": ["phone_number"]},
        {**allowing("EMAIL_OTP"), "AutoVerifiedAttributes": []},
    ],
    ids=["password only", "passkeys", "another contact is verified", "nothing is verified"],
)
@pytest.mark.parametrize("members", [{}, {"Password": ""}])
def test_password_is_needed_in_other_pools(
    engine: Engine, settings: dict[str, Any], members: dict[str, str]
) -> None:
    """Where no code could replace it, a missing password is too short."""
    walker = walker_of(engine, new_pool(engine, **settings))
    with refused("InvalidPasswordException", TOO_SHORT):
        sign_up(walker, **members)
    assert walker.call("ListUsers", UserPoolId=walker.user_pool_id)["Users"] == []


@pytest.mark.fact("N054")
@pytest.mark.parametrize("given", [{}, {"phone_number": PHONE}])
def test_password_is_needed_without_the_contact(engine: Engine, given: dict[str, str]) -> None:
    """A user without an email address cannot sign in by email, so they need a password."""
    walker = walker_of(engine, pool_with_codes(engine))
    with refused("InvalidPasswordException", TOO_SHORT):
        sign_up(walker, UserAttributes=pairs(**given))
    sign_up(walker, UserAttributes=pairs(**given), Password=PASSWORD)


@pytest.mark.fact("N054")
def test_password_is_needed_at_a_client_without_choice(engine: Engine) -> None:
    """At an app client without USER_AUTH nobody signs in by code."""
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]
    walker = walker_of(engine, pool_with_codes(engine), ExplicitAuthFlows=flows)
    with refused("InvalidPasswordException", TOO_SHORT):
        sign_up(walker)


@pytest.mark.fact("N054", "A020")
@pytest.mark.parametrize("operation", ["SignUp", "AdminCreateUser"])
def test_username_can_be_the_contact(engine: Engine, operation: str) -> None:
    """Where email addresses are usernames, the username is the contact that codes go to."""
    walker = walker_of(engine, pool_with_codes(engine, UsernameAttributes=["email"]))
    place = {"ClientId": walker.client_id, "UserPoolId": walker.user_pool_id}
    engine.call(operation, {**place, "Username": EMAIL})
    user = engine.pools[walker.user_pool_id].users.by_alias("email", EMAIL)
    assert user is not None
    assert user.password is None


@pytest.mark.fact("N054")
def test_required_attributes_are_required(engine: Engine) -> None:
    """A user without a password gives every required attribute at sign-up."""
    schema = [{"Name": "family_name", "Required": True}]
    walker = walker_of(engine, pool_with_codes(engine, Schema=schema))
    with refused("InvalidParameterException"):
        sign_up(walker)
    sign_up(walker, UserAttributes=pairs(email=EMAIL, family_name="Doe"))


@pytest.mark.fact("N054")
def test_a_given_password_is_checked_and_kept(engine: Engine) -> None:
    """Where no password is needed, one that is given still has to follow the policy."""
    walker = walker_of(engine, pool_with_codes(engine))
    with refused("InvalidPasswordException", TOO_SHORT):
        sign_up(walker, Password="short")
    sign_up(walker, Password=PASSWORD)
    walker.administer("AdminConfirmSignUp")
    assert walker.by_password()["AuthenticationResult"]


@pytest.mark.fact("N054")
@pytest.mark.parametrize("way", ["code", "administrator", "trigger"])
def test_user_without_password_becomes_confirmed(engine: Engine, way: str) -> None:
    """They are confirmed like everybody else: by the code, an administrator or PreSignUp."""
    if way == "code":
        walker = without_password(engine)
    else:
        answer = {"autoConfirmUser": way == "trigger"}
        engine = engine_with(pre_sign_up=Recorder(answer))
        walker = walker_of(engine, pool_with_codes(engine))
        assert sign_up(walker)["UserConfirmed"] is (way == "trigger")
        if way == "administrator":
            walker.administer("AdminConfirmSignUp")
    assert walker.administer("AdminGetUser")["UserStatus"] == "CONFIRMED"


@pytest.mark.fact("N054")
@pytest.mark.parametrize(
    ("operation", "member"), [("SignUp", "Password"), ("AdminCreateUser", "TemporaryPassword")]
)
def test_empty_password_counts_as_absent(operation: str, member: str) -> None:
    """Both halves of the validation drop an empty password, and no other text or member."""
    names = {"ClientId": "abc", "UserPoolId": "us-east-1_Abcdefghi", "Username": "alice"}
    for check in (validate, name_violations):
        assert member not in check(operation, {**names, member: ""})
        assert check(operation, {**names, member: "x"})[member] == "x"
        with refused("InvalidParameterException"):
            check(operation, {**names, member: " "})
    with refused("InvalidParameterException"):
        validate("AdminSetUserPassword", {**names, "Password": ""})

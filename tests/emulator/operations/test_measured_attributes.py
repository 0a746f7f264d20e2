"""Sign-up, verification and changes of attributes, as they were measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.attribute_changes import attributes_of, update
from tests.emulator.support.expect import PASSWORD, Person, as_dict, pairs, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]
SignIn = Callable[[Person], str]

OLD = {"email": "old@example.com", "phone_number": "+15555550001"}
NEW = {"email": "new@example.org", "phone_number": "+15555550002"}


def verify(call: Call, token: str, name: str, code: str) -> None:
    """Verify an attribute of the token's user."""
    call("VerifyUserAttribute", AccessToken=token, AttributeName=name, Code=code)


@pytest.mark.fact("M131")
def test_each_contact_is_verified_by_its_own_code(
    call: Call,
    engine: Engine,
    make_pool: MakePool,
    make_client: MakeClient,
    unconfirmed_user: MakeUser,
    access_token: SignIn,
) -> None:
    """The sign-up's code verifies the phone; until then and after, the other flag says false."""
    pool_id = make_pool(AutoVerifiedAttributes=["email", "phone_number"])
    person = unconfirmed_user(pool_id, make_client(pool_id), **OLD)
    flags = {"email_verified": "false", "phone_number_verified": "false"}
    assert flags.items() <= attributes_of(call, person).items()
    messages = engine.outbox.messages(username="alice")
    assert [message.destination for message in messages] == [OLD["phone_number"]]
    names = {"ClientId": person.client_id, "Username": "alice"}
    call("ConfirmSignUp", **names, ConfirmationCode=messages[0].code)
    token = access_token(person)
    shown = as_dict(call("GetUser", AccessToken=token)["UserAttributes"])
    assert (shown["phone_number_verified"], shown["email_verified"]) == ("true", "false")
    call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email")
    verify(call, token, "email", engine.outbox.messages(username="alice")[0].code)
    shown = as_dict(call("GetUser", AccessToken=token)["UserAttributes"])
    assert (shown["phone_number_verified"], shown["email_verified"]) == ("true", "true")


class TestPendingValue:
    """AttributesRequireVerificationBeforeUpdate."""

    @pytest.fixture
    def person(
        self, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
    ) -> Person:
        """A user whose email address and phone number wait for verification when they change."""
        names = ["email", "phone_number"]
        waiting = {"AttributesRequireVerificationBeforeUpdate": names}
        pool_id = make_pool(AutoVerifiedAttributes=names, UserAttributeUpdateSettings=waiting)
        return confirmed_user(pool_id, make_client(pool_id), **OLD)

    @pytest.mark.fact("M132")
    @pytest.mark.parametrize("name", ["email", "phone_number"])
    def test_requested_code_goes_to_the_present_value(
        self, call: Call, engine: Engine, person: Person, access_token: SignIn, name: str
    ) -> None:
        """The update's code goes to the new value, a requested one to the present value."""
        token = access_token(person)
        update(call, token, **{name: NEW[name]})
        newest = engine.outbox.messages(username="alice")[0]
        assert newest.destination == NEW[name]
        call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName=name)
        newest = engine.outbox.messages(username="alice")[0]
        assert newest.destination == OLD[name]
        verify(call, token, name, newest.code)
        shown = attributes_of(call, person)
        assert (shown[name], shown[f"{name}_verified"]) == (OLD[name], "true")


@pytest.mark.fact("M133")
def test_update_is_all_or_nothing(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser, access_token: SignIn
) -> None:
    """If one attribute is refused, none changes."""
    person = confirmed_user(pool_id, client)
    before = attributes_of(call, person)
    with refused("InvalidParameterException"):
        update(call, access_token(person), name="Alice", custom__none="x")
    assert attributes_of(call, person) == before


@pytest.mark.fact("A095", "M134")
def test_change_of_password_is_refused(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser, access_token: SignIn
) -> None:
    """A new password that is too weak and a wrong old one have their own errors."""
    token = access_token(confirmed_user(pool_id, client))
    weak = {"PreviousPassword": PASSWORD, "ProposedPassword": "123"}
    with refused("InvalidPasswordException"):
        call("ChangePassword", AccessToken=token, **weak)
    wrong = {"PreviousPassword": PASSWORD + "x", "ProposedPassword": PASSWORD + "y"}
    with refused("NotAuthorizedException", "Incorrect username or password."):
        call("ChangePassword", AccessToken=token, **wrong)


@pytest.mark.fact("A275")
def test_plain_word_is_no_access_token(call: Call) -> None:
    """A word without dots fails the check of the signature."""
    with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
        call("GetUser", AccessToken="invalidtoken")


@pytest.mark.fact("A021", "A053")
def test_administrator_confirms_the_name_but_no_contact(
    call: Call, pool_id: str, client: dict[str, Any], unconfirmed_user: MakeUser
) -> None:
    """AdminConfirmSignUp keeps the username as given, and the address unverified."""
    person = unconfirmed_user(pool_id, client)
    assert call("AdminConfirmSignUp", UserPoolId=pool_id, Username="alice") == {}
    user = call("AdminGetUser", UserPoolId=pool_id, Username="alice")
    assert (user["Username"], user["UserStatus"]) == ("alice", "CONFIRMED")
    assert person.sub != "alice"
    assert as_dict(user["UserAttributes"])["email_verified"] == "false"


@pytest.mark.fact("M135")
def test_sign_up_with_three_characters_breaks_the_policy(call: Call, client_id: str) -> None:
    """A short password is refused by the policy, not by the service model."""
    with refused("InvalidPasswordException"):
        call("SignUp", ClientId=client_id, Username="alice", Password="123")


@pytest.mark.fact("M136", "M137")
@pytest.mark.parametrize("resend", [False, True])
def test_refused_sign_in_keeps_the_code(
    call: Call,
    engine: Engine,
    pool_id: str,
    client: dict[str, Any],
    unconfirmed_user: MakeUser,
    access_token: SignIn,
    resend: bool,
) -> None:
    """After a sign-in that is refused as unconfirmed, the newest code still confirms."""
    person = unconfirmed_user(pool_id, client)
    with refused("UserNotConfirmedException"):
        access_token(person)
    names = {"ClientId": person.client_id, "Username": "alice"}
    if resend:
        call("ResendConfirmationCode", **names)
    code = engine.outbox.messages(username="alice")[0].code
    call("ConfirmSignUp", **names, ConfirmationCode=code)
    assert access_token(person)


@pytest.mark.fact("M138")
@pytest.mark.parametrize(
    ("setting", "code"),
    [("LEGACY", "UserNotFoundException"), ("ENABLED", "NotAuthorizedException")],
)
def test_unknown_user_is_reported_by_setting(
    call: Call, pool_id: str, make_client: MakeClient, setting: str, code: str
) -> None:
    """PreventUserExistenceErrors decides about the error for an unknown user."""
    client = make_client(pool_id, PreventUserExistenceErrors=setting)
    with refused(code):
        call(
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "nobody", "PASSWORD": PASSWORD},
        )


class TestAdministrator:
    """Users as administrators create, change and see them."""

    def get(self, call: Call, pool_id: str, username: str = "bob") -> dict[str, Any]:
        """Return AdminGetUser."""
        return call("AdminGetUser", UserPoolId=pool_id, Username=username)

    @pytest.mark.fact("M089", "M090")
    def test_user_with_only_a_name(self, call: Call, pool_id: str) -> None:
        """The user has only a sub, must change their password, and can be disabled."""
        bob = {"UserPoolId": pool_id, "Username": "bob"}
        call("AdminCreateUser", **bob)
        user = self.get(call, pool_id)
        assert (user["UserStatus"], user["Enabled"]) == ("FORCE_CHANGE_PASSWORD", True)
        assert list(as_dict(user["UserAttributes"])) == ["sub"]
        assert not {"UserMFASettingList", "PreferredMfaSetting", "MFAOptions"} & set(user)
        for operation, enabled in (("AdminDisableUser", False), ("AdminEnableUser", True)):
            call(operation, **bob)
            assert self.get(call, pool_id)["Enabled"] is enabled

    @pytest.mark.fact("M093")
    def test_custom_attribute_changes_and_goes(self, call: Call, make_pool: MakePool) -> None:
        """A custom attribute is changed and deleted, and the sub stays."""
        schema = [{"Name": "team", "AttributeDataType": "String", "Mutable": True}]
        bob = {"UserPoolId": make_pool(Schema=schema), "Username": "bob"}
        call("AdminCreateUser", **bob, UserAttributes=pairs(custom__team="a"))
        before = as_dict(self.get(call, bob["UserPoolId"])["UserAttributes"])
        call("AdminUpdateUserAttributes", **bob, UserAttributes=pairs(custom__team="b"))
        changed = as_dict(self.get(call, bob["UserPoolId"])["UserAttributes"])
        assert changed == {**before, "custom:team": "b"}
        call("AdminDeleteUserAttributes", **bob, UserAttributeNames=["custom:team"])
        left = as_dict(self.get(call, bob["UserPoolId"])["UserAttributes"])
        assert left == {"sub": before["sub"]}

    @pytest.mark.fact("M094", "M095")
    def test_deleted_user_is_not_found(self, call: Call, pool_id: str) -> None:
        """A deleted user is found by no operation, and cannot be added to a group."""
        bob = {"UserPoolId": pool_id, "Username": "bob"}
        call("AdminCreateUser", **bob)
        call("AdminDeleteUser", **bob)
        with refused("UserNotFoundException", "User does not exist."):
            self.get(call, pool_id)
        call("CreateGroup", UserPoolId=pool_id, GroupName="team")
        with refused("UserNotFoundException", "User does not exist."):
            call("AdminAddUserToGroup", **bob, GroupName="team")

    @pytest.mark.fact("M097")
    def test_group_keeps_what_an_update_omits(self, call: Call, pool_id: str) -> None:
        """A name may have slashes; Precedence is absent until it is given, and then stays."""
        team = {"UserPoolId": pool_id, "GroupName": "a/b/c"}
        created = call("CreateGroup", **team, Description="Team")["Group"]
        assert "Precedence" not in created
        call("UpdateGroup", **team, Precedence=3)
        group = call("GetGroup", **team)["Group"]
        assert (group["Description"], group["Precedence"]) == ("Team", 3)

"""AdminGetUser, GetUser, deletion, disabling (sections 1.5 and 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.api.service_model import service_model
from harness.emulator.domain.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    UNCONFIRMED,
)
from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import START, Person, as_dict, pairs, refused

NOT_FOUND = "User does not exist."

#: Every signed operation that names a user, with its other required members.
ON_A_USER: list[tuple[str, dict[str, Any]]] = [
    ("AdminConfirmSignUp", {}),
    ("AdminDeleteUser", {}),
    ("AdminDeleteUserAttributes", {"UserAttributeNames": ["email"]}),
    ("AdminDisableUser", {}),
    ("AdminEnableUser", {}),
    ("AdminGetUser", {}),
    ("AdminListGroupsForUser", {}),
    ("AdminResetUserPassword", {}),
    ("AdminSetUserPassword", {"Password": "Correct-Horse-7"}),
    ("AdminUpdateUserAttributes", {"UserAttributes": pairs(name="Alice")}),
]


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]) -> Person:
    """A confirmed user."""
    return confirmed_user(pool_id, client)


@pytest.mark.fact("A064", "A066")
def test_admin_get_user_shows_all_but_missing_factors(
    call: Call, engine: Engine, alice: Person
) -> None:
    """Status and dates are shown; without a factor the MFA members are missing."""
    engine.clock.advance(60)
    call(
        "AdminUpdateUserAttributes",
        UserPoolId=alice.user_pool_id,
        Username="alice",
        UserAttributes=pairs(name="Alice"),
    )
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice")
    attributes = as_dict(user.pop("UserAttributes"))
    assert user == {
        "Username": "alice",
        "UserCreateDate": START,
        "UserLastModifiedDate": START + 60,
        "Enabled": True,
        "UserStatus": "CONFIRMED",
    }
    assert attributes == {
        "sub": alice.sub,
        "email": "alice@example.com",
        "email_verified": "true",
        "name": "Alice",
    }


@pytest.mark.fact("A071", "A066")
def test_get_user_shows_neither_status_nor_dates(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """GetUser returns name and attributes, and factors only if there are some."""
    user = call("GetUser", AccessToken=access_token(alice))
    assert set(user) == {"Username", "UserAttributes"}
    assert user["Username"] == "alice"
    assert as_dict(user["UserAttributes"])["sub"] == alice.sub


@pytest.mark.fact("A064", "A071", "A242")
def test_factors_are_shown_in_both_views(
    call: Call, engine: Engine, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """UserMFASettingList and PreferredMfaSetting appear in both responses."""
    token = access_token(alice)
    user = engine.pools[alice.user_pool_id].users.by_sub(alice.sub)
    assert user is not None
    user.mfa.enabled.update({"SOFTWARE_TOKEN_MFA", "SMS_MFA"})
    user.mfa.preferred = "SMS_MFA"
    for shown in (
        call("AdminGetUser", UserPoolId=alice.user_pool_id, Username="alice"),
        call("GetUser", AccessToken=token),
    ):
        assert shown["UserMFASettingList"] == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
        assert shown["PreferredMfaSetting"] == "SMS_MFA"


@pytest.mark.fact("A071")
def test_read_attributes_filter_get_user(
    call: Call,
    pool_id: str,
    make_client: Callable[..., dict[str, Any]],
    confirmed_user: Callable[..., Person],
    access_token: Callable[[Person], str],
) -> None:
    """GetUser returns only ReadAttributes and always the sub."""
    client = make_client(pool_id, ReadAttributes=["name"])
    person = confirmed_user(pool_id, client, name="Alice")
    shown = call("GetUser", AccessToken=access_token(person))["UserAttributes"]
    assert as_dict(shown) == {"sub": person.sub, "name": "Alice"}


def test_developer_attributes_are_shown_to_administrators_only(
    call: Call,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    confirmed_user: Callable[..., Person],
    access_token: Callable[[Person], str],
) -> None:
    """Only administrators see a dev:custom: attribute."""
    key = {"Name": "key", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}
    pool_id = make_pool(Schema=[key])
    person = confirmed_user(pool_id, make_client(pool_id))
    request = {"UserPoolId": pool_id, "Username": "alice"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(dev__custom__key="k"))
    shown = call("GetUser", AccessToken=access_token(person))["UserAttributes"]
    assert "dev:custom:key" not in as_dict(shown)
    assert as_dict(call("AdminGetUser", **request)["UserAttributes"])["dev:custom:key"] == "k"


@pytest.mark.fact("A070")
def test_statuses_are_in_the_service_model() -> None:
    """Every status that the emulator gives a user is in the service model."""
    known = service_model().shape_for("UserStatusType")
    used = {UNCONFIRMED, CONFIRMED, RESET_REQUIRED, FORCE_CHANGE_PASSWORD}
    assert used <= set(known.enum)


@pytest.mark.fact("A065")
def test_administrator_finds_a_user_by_sub(call: Call, alice: Person) -> None:
    """Administrators may use the sub instead of the username."""
    user = call("AdminGetUser", UserPoolId=alice.user_pool_id, Username=alice.sub)
    assert user["Username"] == "alice"


@pytest.mark.fact("A064", "A064b", "M094")
@pytest.mark.parametrize(("operation", "members"), ON_A_USER)
def test_unknown_user_is_not_found(
    call: Call, pool_id: str, operation: str, members: dict[str, Any]
) -> None:
    """Every administrator operation refuses an unknown user with the same message."""
    with refused("UserNotFoundException", NOT_FOUND):
        call(operation, UserPoolId=pool_id, Username="nobody", **members)


@pytest.mark.fact("A067")
@pytest.mark.parametrize(
    ("operation", "members"), [*ON_A_USER, ("AdminCreateUser", {}), ("ListUsers", {})]
)
def test_unknown_pool_is_not_found(call: Call, operation: str, members: dict[str, Any]) -> None:
    """The refusal names the pool."""
    text = "User pool us-east-1_Nowhere12 does not exist."
    with refused("ResourceNotFoundException", text):
        call(operation, UserPoolId="us-east-1_Nowhere12", Username="alice", **members)


@pytest.mark.fact("A067")
@pytest.mark.parametrize("caller", [Caller(account="999999999999"), Caller(region="eu-west-1")])
def test_pool_of_another_account_is_not_found(
    engine: Engine, alice: Person, caller: Caller
) -> None:
    """A pool is found only in its own account and region."""
    with refused("ResourceNotFoundException"):
        engine.call("AdminGetUser", {"UserPoolId": alice.user_pool_id, "Username": "alice"}, caller)


@pytest.mark.fact("A069", "A073")
def test_administrator_deletes_an_enabled_user(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """The user need not be disabled first, and their token no longer works."""
    token = access_token(alice)
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    assert call("AdminDeleteUser", **request) == {}
    with refused("UserNotFoundException", NOT_FOUND):
        call("AdminGetUser", **request)
    with refused("UserNotFoundException", NOT_FOUND):
        call("GetUser", AccessToken=token)


@pytest.mark.fact("A075", "A073")
def test_user_deletes_themselves_once(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """DeleteUser returns nothing and works once."""
    token = access_token(alice)
    assert call("DeleteUser", AccessToken=token) == {}
    with refused("UserNotFoundException", NOT_FOUND):
        call("DeleteUser", AccessToken=token)


@pytest.mark.fact("A068", "A074", "A128", "A068b", "M090")
def test_disabled_user_is_locked_out(
    call: Call, alice: Person, access_token: Callable[[Person], str]
) -> None:
    """Neither sign-in nor tokens work; once enabled again, old tokens stay invalid."""
    token = access_token(alice)
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    assert call("AdminDisableUser", **request) == {}
    assert call("AdminGetUser", **request)["Enabled"] is False
    for attempt in (lambda: access_token(alice), lambda: call("GetUser", AccessToken=token)):
        with refused("NotAuthorizedException", "User is disabled."):
            attempt()
    assert call("AdminEnableUser", **request) == {}
    assert call("AdminGetUser", **request)["Enabled"] is True
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        call("GetUser", AccessToken=token)
    assert access_token(alice)

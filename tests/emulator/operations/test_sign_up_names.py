"""Usernames: aliases, email addresses and phone numbers as names, and case (section 1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, Person, as_dict, pairs, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]

TAKEN = "User already exists"
ALIAS_TAKEN = "An account with the given email already exists."


def sign_up(call: Call, client: dict[str, Any], username: str, **attributes: str) -> dict[str, Any]:
    """Sign up a user with these attributes."""
    return call(
        "SignUp",
        ClientId=client["ClientId"],
        Username=username,
        Password=PASSWORD,
        UserAttributes=pairs(**attributes),
    )


def attributes_of(call: Call, pool_id: str, username: str) -> dict[str, str]:
    """Return a user's attributes as administrators see them."""
    user = call("AdminGetUser", UserPoolId=pool_id, Username=username)
    return as_dict(user["UserAttributes"])


@pytest.mark.fact("A018", "A019", "A018b")
@pytest.mark.parametrize(
    ("settings", "username", "text"),
    [
        (
            {"AliasAttributes": ["email"]},
            "a@example.com",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            {"AliasAttributes": ["phone_number"]},
            "+15555550100",
            "Username cannot be of phone number format, since user pool is configured for phone "
            "number alias.",
        ),
        ({"UsernameAttributes": ["email"]}, "alice", "Username should be an email."),
        ({"UsernameAttributes": ["email"]}, "+15555550100", "Username should be an email."),
        ({"UsernameAttributes": ["phone_number"]}, "alice", "Username should be a phone number."),
        (
            {"UsernameAttributes": ["email", "phone_number"]},
            "alice",
            "Username should be either an email or a phone number.",
        ),
    ],
)
def test_username_must_have_the_form_the_pool_takes(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    settings: dict[str, Any],
    username: str,
    text: str,
) -> None:
    """Each kind of pool refuses usernames of the wrong form with its own message."""
    pool_id = make_pool(**settings)
    with refused("InvalidParameterException", text):
        sign_up(call, make_client(pool_id), username)
    with refused("InvalidParameterException", text):
        call("AdminCreateUser", UserPoolId=pool_id, Username=username)


@pytest.mark.fact("A020")
@pytest.mark.parametrize(
    ("attribute", "name"), [("email", "a@example.com"), ("phone_number", "+15555550100")]
)
def test_address_as_username_becomes_an_attribute(
    call: Call, make_pool: MakePool, make_client: MakeClient, attribute: str, name: str
) -> None:
    """The username is the sub, and the given address or number is an attribute."""
    pool_id = make_pool(UsernameAttributes=[attribute], AutoVerifiedAttributes=[attribute])
    sub = sign_up(call, make_client(pool_id), name)["UserSub"]
    user = call("AdminGetUser", UserPoolId=pool_id, Username=name)
    assert user["Username"] == sub
    flag = f"{attribute}_verified"
    assert as_dict(user["UserAttributes"]) == {"sub": sub, attribute: name, flag: "false"}
    assert call("AdminGetUser", UserPoolId=pool_id, Username=sub) == user


@pytest.mark.fact("A013", "A014")
def test_address_as_username_is_taken_from_sign_up_on(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> None:
    """A second sign-up with the same address is refused with SignUp's message."""
    client = make_client(make_pool(UsernameAttributes=["email"]))
    sign_up(call, client, "a@example.com")
    with refused("UsernameExistsException", TAKEN):
        sign_up(call, client, "a@example.com")


@pytest.mark.fact("A013")
def test_second_sign_in_attribute_must_be_free_too(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> None:
    """If both sign in, a phone number with another account's email address is refused."""
    pool_id = make_pool(UsernameAttributes=["email", "phone_number"])
    client = make_client(pool_id)
    sign_up(call, client, "a@example.com")
    with refused("UsernameExistsException", ALIAS_TAKEN):
        sign_up(call, client, "+15555550100", email="a@example.com")
    with refused("UsernameExistsException", ALIAS_TAKEN):
        call(
            "AdminCreateUser",
            UserPoolId=pool_id,
            Username="+15555550100",
            UserAttributes=pairs(email="a@example.com"),
        )


@pytest.fixture
def alias_pool(make_pool: MakePool) -> str:
    """A pool whose users also sign in by a verified email address or a preferred username."""
    return make_pool(AliasAttributes=["email", "preferred_username"])


@pytest.mark.fact("A025", "A065")
def test_alias_finds_its_user_once_verified(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """An email alias finds its user only after confirmation."""
    client = make_client(alias_pool)
    sign_up(call, client, "bob", email="bob@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        call("AdminGetUser", UserPoolId=alias_pool, Username="bob@example.com")
    confirmed_user(alias_pool, client, "alice")
    user = call("AdminGetUser", UserPoolId=alias_pool, Username="alice@example.com")
    assert user["Username"] == "alice"


@pytest.mark.fact("A025", "A043")
def test_alias_conflict_is_refused_at_confirmation(
    call: Call,
    alias_pool: str,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    unconfirmed_user: MakeUser,
    code: Callable[..., str],
) -> None:
    """Sign-up with another user's verified address succeeds; ConfirmSignUp is refused."""
    client = make_client(alias_pool)
    confirmed_user(alias_pool, client, "alice", email="one@example.com")
    unconfirmed_user(alias_pool, client, "bob", email="one@example.com")
    request = {"ClientId": client["ClientId"], "Username": "bob", "ConfirmationCode": code("bob")}
    with refused("AliasExistsException", ALIAS_TAKEN):
        call("ConfirmSignUp", **request)
    user = call("AdminGetUser", UserPoolId=alias_pool, Username="bob")
    assert user["UserStatus"] == "UNCONFIRMED"
    assert attributes_of(call, alias_pool, "alice")["email_verified"] == "true"


@pytest.mark.fact("A043")
def test_force_alias_creation_moves_the_alias(
    call: Call,
    alias_pool: str,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    unconfirmed_user: MakeUser,
    code: Callable[..., str],
) -> None:
    """ForceAliasCreation moves an alias and makes it unverified at its previous owner."""
    client = make_client(alias_pool)
    confirmed_user(alias_pool, client, "alice", email="one@example.com")
    unconfirmed_user(alias_pool, client, "bob", email="one@example.com")
    call(
        "ConfirmSignUp",
        ClientId=client["ClientId"],
        Username="bob",
        ConfirmationCode=code("bob"),
        ForceAliasCreation=True,
    )
    assert attributes_of(call, alias_pool, "alice")["email_verified"] == "false"
    found = call("AdminGetUser", UserPoolId=alias_pool, Username="one@example.com")
    assert found["Username"] == "bob"


def test_force_alias_creation_of_a_free_alias_just_confirms(
    call: Call,
    alias_pool: str,
    make_client: MakeClient,
    unconfirmed_user: MakeUser,
    code: Callable[..., str],
) -> None:
    """ForceAliasCreation of a free alias is an ordinary confirmation."""
    client = make_client(alias_pool)
    unconfirmed_user(alias_pool, client)
    call(
        "ConfirmSignUp",
        ClientId=client["ClientId"],
        Username="alice",
        ConfirmationCode=code("alice"),
        ForceAliasCreation=True,
    )
    found = call("AdminGetUser", UserPoolId=alias_pool, Username="alice@example.com")
    assert found["Username"] == "alice"


@pytest.mark.fact("A026")
def test_preferred_username_as_alias_is_refused_at_sign_up(
    call: Call, alias_pool: str, make_client: MakeClient, make_pool: MakePool
) -> None:
    """As an alias it is refused at sign-up; otherwise it is accepted."""
    text = (
        "Preferred username cannot be provided for unconfirmed account, since user pool is "
        "configured for preferred username alias."
    )
    client = make_client(alias_pool)
    with refused("InvalidParameterException", text):
        sign_up(call, client, "alice", preferred_username="al")
    sign_up(call, client, "alice")
    with refused("InvalidParameterException", text):
        call(
            "AdminUpdateUserAttributes",
            UserPoolId=alias_pool,
            Username="alice",
            UserAttributes=pairs(preferred_username="al"),
        )
    sign_up(call, make_client(make_pool()), "alice", preferred_username="al")


@pytest.mark.fact("A065")
def test_preferred_username_signs_in_unverified(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """A confirmed user signs in by it without verification, and it belongs to one user."""
    client = make_client(alias_pool)
    for name in ("alice", "bob"):
        confirmed_user(alias_pool, client, name)
    request = {"UserPoolId": alias_pool, "UserAttributes": pairs(preferred_username="al")}
    call("AdminUpdateUserAttributes", Username="alice", **request)
    assert call("AdminGetUser", UserPoolId=alias_pool, Username="al")["Username"] == "alice"
    with refused("AliasExistsException"):
        call("AdminUpdateUserAttributes", Username="bob", **request)


@pytest.mark.fact("A023")
@pytest.mark.parametrize("configuration", [None, {"CaseSensitive": True}])
def test_usernames_are_case_sensitive_by_default(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    configuration: dict[str, bool] | None,
) -> None:
    """By default, usernames that differ only in case are two users."""
    settings = {"UsernameConfiguration": configuration} if configuration else {}
    client = make_client(make_pool(**settings))
    assert sign_up(call, client, "alice")["UserSub"] != sign_up(call, client, "Alice")["UserSub"]


@pytest.mark.fact("A023")
def test_case_insensitive_pool_ignores_case_of_names_and_aliases(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """CaseSensitive=false covers usernames and email addresses."""
    pool_id = make_pool(AliasAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    client = make_client(pool_id)
    confirmed_user(pool_id, client, "Alice", email="Alice@Example.com")
    with refused("UsernameExistsException", TAKEN):
        sign_up(call, client, "aLICE")
    for name in ("ALICE", "alice@EXAMPLE.com"):
        assert call("AdminGetUser", UserPoolId=pool_id, Username=name)["Username"] == "Alice"


@pytest.mark.fact("A023")
def test_case_sensitivity_cannot_be_changed(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """No update of the pool changes UsernameConfiguration or which user a name finds."""
    configuration = {"CaseSensitive": False}
    pool_id = make_pool(UsernameConfiguration=configuration)
    confirmed_user(pool_id, make_client(pool_id), "Alice")
    call("UpdateUserPool", UserPoolId=pool_id)
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert pool["UsernameConfiguration"] == configuration
    assert call("AdminGetUser", UserPoolId=pool_id, Username="ALICE")["Username"] == "Alice"


@pytest.mark.fact("A024")
def test_names_of_a_deleted_user_are_free(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser
) -> None:
    """A new user can have a deleted user's username and address."""
    first = confirmed_user(pool_id, client)
    call("AdminDeleteUser", UserPoolId=pool_id, Username="alice")
    assert confirmed_user(pool_id, client).sub != first.sub


@pytest.mark.fact("A043")
def test_preferred_username_must_be_free(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Another user's username, address or preferred username is refused."""
    client = make_client(alias_pool)
    for name in ("bob", "ann"):
        confirmed_user(alias_pool, client, name)
    request = {"UserPoolId": alias_pool, "Username": "bob"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(preferred_username="bo"))
    for taken in ("bob", "bob@example.com", "bo"):
        with refused("AliasExistsException"):
            call(
                "AdminUpdateUserAttributes",
                UserPoolId=alias_pool,
                Username="ann",
                UserAttributes=pairs(preferred_username=taken),
            )
        assert call("AdminGetUser", UserPoolId=alias_pool, Username=taken)["Username"] == "bob"


@pytest.mark.fact("A012")
def test_alias_of_another_user_is_refused_as_username(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """A new user cannot have a username that is another user's alias."""
    client = make_client(alias_pool)
    confirmed_user(alias_pool, client, "bob")
    request = {"UserPoolId": alias_pool, "Username": "bob"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(preferred_username="bo"))
    with refused("UsernameExistsException"):
        sign_up(call, client, "bo")
    with refused("UsernameExistsException"):
        call("AdminCreateUser", UserPoolId=alias_pool, Username="bo")

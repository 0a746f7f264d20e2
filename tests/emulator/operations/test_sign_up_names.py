"""User names: aliases, e-mail addresses and phone numbers as names, and case (section 1.1)."""

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
    """Sign somebody up with these attributes."""
    return call(
        "SignUp",
        ClientId=client["ClientId"],
        Username=username,
        Password=PASSWORD,
        UserAttributes=pairs(**attributes),
    )


def attributes_of(call: Call, pool_id: str, username: str) -> dict[str, str]:
    """A user's attributes as administrators see them."""
    user = call("AdminGetUser", UserPoolId=pool_id, Username=username)
    return as_dict(user["UserAttributes"])


@pytest.mark.fact("A018", "A019")
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
def test_the_name_has_the_form_that_the_pool_takes(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    settings: dict[str, Any],
    username: str,
    text: str,
) -> None:
    """Each kind of pool refuses names of the wrong form in its own words."""
    pool_id = make_pool(**settings)
    with refused("InvalidParameterException", text):
        sign_up(call, make_client(pool_id), username)
    with refused("InvalidParameterException", text):
        call("AdminCreateUser", UserPoolId=pool_id, Username=username)


@pytest.mark.fact("A020")
@pytest.mark.parametrize(
    ("attribute", "name"), [("email", "a@example.com"), ("phone_number", "+15555550100")]
)
def test_an_address_or_number_as_name_becomes_an_attribute(
    call: Call, make_pool: MakePool, make_client: MakeClient, attribute: str, name: str
) -> None:
    """The user is named by his sub, and the name he gave is an attribute."""
    pool_id = make_pool(UsernameAttributes=[attribute], AutoVerifiedAttributes=[attribute])
    sub = sign_up(call, make_client(pool_id), name)["UserSub"]
    user = call("AdminGetUser", UserPoolId=pool_id, Username=name)
    assert user["Username"] == sub
    assert as_dict(user["UserAttributes"]) == {"sub": sub, attribute: name}
    assert call("AdminGetUser", UserPoolId=pool_id, Username=sub) == user


@pytest.mark.fact("A013", "A014")
def test_an_address_as_name_is_taken_from_sign_up_on(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> None:
    """A second sign-up with the same address is refused in SignUp's words."""
    client = make_client(make_pool(UsernameAttributes=["email"]))
    sign_up(call, client, "a@example.com")
    with refused("UsernameExistsException", TAKEN):
        sign_up(call, client, "a@example.com")


@pytest.mark.fact("A013")
def test_a_second_sign_in_name_is_taken_too(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> None:
    """Where both sign in, a number cannot come with another account's address."""
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
    """A pool whose users also sign in by a verified e-mail address or a preferred user name."""
    return make_pool(AliasAttributes=["email", "preferred_username"])


@pytest.mark.fact("A025", "A065")
def test_an_alias_leads_to_its_user_once_it_is_verified(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Before the confirmation the address finds nobody, afterwards the user."""
    client = make_client(alias_pool)
    sign_up(call, client, "bob", email="bob@example.com")
    with refused("UserNotFoundException", "User does not exist."):
        call("AdminGetUser", UserPoolId=alias_pool, Username="bob@example.com")
    confirmed_user(alias_pool, client, "alice")
    user = call("AdminGetUser", UserPoolId=alias_pool, Username="alice@example.com")
    assert user["Username"] == "alice"


@pytest.mark.fact("A025", "A043")
def test_an_alias_conflict_shows_at_confirmation(
    call: Call,
    alias_pool: str,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    unconfirmed_user: MakeUser,
    code: Callable[..., str],
) -> None:
    """Sign-up with another's verified address succeeds, ConfirmSignUp does not."""
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
def test_an_alias_can_be_forced(
    call: Call,
    alias_pool: str,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    unconfirmed_user: MakeUser,
    code: Callable[..., str],
) -> None:
    """ForceAliasCreation moves the alias and un-verifies it where it was."""
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


def test_forcing_takes_nothing_where_nothing_is_taken(
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
def test_a_preferred_user_name_waits_for_confirmation(
    call: Call, alias_pool: str, make_client: MakeClient, make_pool: MakePool
) -> None:
    """As an alias it is refused at sign-up; where it is no alias it is not."""
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
def test_a_preferred_user_name_signs_in_without_verification(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Set on a confirmed user it leads to him, and nobody else can have it."""
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
def test_names_are_case_sensitive_by_default(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    configuration: dict[str, bool] | None,
) -> None:
    """Omitted means sensitive: names that differ in case are two users."""
    settings = {"UsernameConfiguration": configuration} if configuration else {}
    client = make_client(make_pool(**settings))
    assert sign_up(call, client, "alice")["UserSub"] != sign_up(call, client, "Alice")["UserSub"]


@pytest.mark.fact("A023")
def test_names_and_aliases_can_be_insensitive(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """CaseSensitive false covers user names and e-mail addresses."""
    pool_id = make_pool(AliasAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    client = make_client(pool_id)
    confirmed_user(pool_id, client, "Alice", email="Alice@Example.com")
    with refused("UsernameExistsException", TAKEN):
        sign_up(call, client, "aLICE")
    for name in ("ALICE", "alice@EXAMPLE.com"):
        assert call("AdminGetUser", UserPoolId=pool_id, Username=name)["Username"] == "Alice"


@pytest.mark.fact("A023")
def test_case_sensitivity_is_for_good(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """No update of the pool changes UsernameConfiguration, or whom a name means."""
    configuration = {"CaseSensitive": False}
    pool_id = make_pool(UsernameConfiguration=configuration)
    confirmed_user(pool_id, make_client(pool_id), "Alice")
    call("UpdateUserPool", UserPoolId=pool_id)
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert pool["UsernameConfiguration"] == configuration
    assert call("AdminGetUser", UserPoolId=pool_id, Username="ALICE")["Username"] == "Alice"


@pytest.mark.fact("A024")
def test_a_name_is_free_again_after_deletion(
    call: Call, pool_id: str, client: dict[str, Any], confirmed_user: MakeUser
) -> None:
    """A deleted user's name and address can be used by a new user."""
    first = confirmed_user(pool_id, client)
    call("AdminDeleteUser", UserPoolId=pool_id, Username="alice")
    assert confirmed_user(pool_id, client).sub != first.sub


@pytest.mark.fact("A043")
def test_no_name_of_another_becomes_a_preferred_user_name(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Neither another's user name, nor his address, nor his preferred user name."""
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
def test_an_alias_of_another_is_no_user_name(
    call: Call, alias_pool: str, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """A newcomer cannot be called what somebody else signs in with."""
    client = make_client(alias_pool)
    confirmed_user(alias_pool, client, "bob")
    request = {"UserPoolId": alias_pool, "Username": "bob"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(preferred_username="bo"))
    with refused("UsernameExistsException"):
        sign_up(call, client, "bo")
    with refused("UsernameExistsException"):
        call("AdminCreateUser", UserPoolId=alias_pool, Username="bo")

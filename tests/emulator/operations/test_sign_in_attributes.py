"""Attributes that sign in: email addresses as usernames and as aliases (sections 1.1 and 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.support.attribute_changes import administer, attributes_of, update
from tests.emulator.support.expect import Person, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]
SignIn = Callable[[Person], str]

NEW = "new@example.org"
ALIAS_TAKEN = "An account with the given email already exists."


@pytest.mark.fact("A043")
@pytest.mark.parametrize("kind", ["AliasAttributes", "UsernameAttributes"])
def test_alias_or_username_of_another_user_is_refused(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
    kind: str,
) -> None:
    """A change to another user's verified alias or username address is refused."""
    pool_id = make_pool(**{kind: ["email"]})
    client = make_client(pool_id)
    by_address = kind == "UsernameAttributes"
    alice, bob = (
        confirmed_user(pool_id, client, f"{name}@example.com" if by_address else name)
        for name in ("alice", "bob")
    )
    with refused("AliasExistsException", ALIAS_TAKEN):
        administer(call, bob, email=alice.email, email_verified="true")
    if by_address:
        with refused("AliasExistsException", ALIAS_TAKEN):
            update(call, access_token(bob), email=alice.email)
    assert attributes_of(call, bob)["email"] == bob.email


@pytest.mark.fact("A025", "A043")
def test_alias_conflict_is_refused_at_verification(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
    code: Callable[..., str],
) -> None:
    """An unverified value may equal another's alias; verifying it is refused."""
    pool_id = make_pool(AliasAttributes=["email"])
    client = make_client(pool_id)
    alice, bob = (confirmed_user(pool_id, client, name) for name in ("alice", "bob"))
    token = access_token(bob)
    update(call, token, email=alice.email)
    request = {"AccessToken": token, "AttributeName": "email"}
    with refused("AliasExistsException", ALIAS_TAKEN):
        call("VerifyUserAttribute", **request, Code=code("bob", "attribute_verification"))
    found = call("AdminGetUser", UserPoolId=pool_id, Username=alice.email)
    assert found["Username"] == "alice"


def test_changed_username_address_signs_in_at_once(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
) -> None:
    """If addresses are usernames, the changed one signs in at once and the old one fails."""
    pool_id = make_pool(UsernameAttributes=["email"])
    person = confirmed_user(pool_id, make_client(pool_id), "alice@example.com")
    update(call, access_token(person), email=NEW)
    assert call("AdminGetUser", UserPoolId=pool_id, Username=NEW)["Username"] == person.sub
    with refused("UserNotFoundException"):
        call("AdminGetUser", UserPoolId=pool_id, Username="alice@example.com")


def test_alias_without_verified_flag_does_not_sign_in(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """An alias whose verified flag is removed no longer signs in."""
    pool_id = make_pool(AliasAttributes=["email"])
    person = confirmed_user(pool_id, make_client(pool_id))
    administer(call, person, email_verified="false")
    with refused("UserNotFoundException"):
        call("AdminGetUser", UserPoolId=pool_id, Username=person.email)

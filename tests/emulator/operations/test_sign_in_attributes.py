"""Attributes that sign in: e-mail addresses as names and as aliases (sections 1.1 and 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.conftest import Call
from tests.emulator.support.changes import administer, attributes_of, update
from tests.emulator.support.expect import Person, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Person]
SignIn = Callable[[Person], str]

NEW = "new@example.org"
ALIAS_TAKEN = "An account with the given email already exists."


@pytest.mark.fact("A043")
@pytest.mark.parametrize("kind", ["AliasAttributes", "UsernameAttributes"])
def test_a_sign_in_name_belongs_to_one_user(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
    kind: str,
) -> None:
    """Nobody gets another's verified alias, or another's address as name."""
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
def test_an_alias_conflict_shows_at_verification(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
    code: Callable[..., str],
) -> None:
    """An unverified value may be another's alias; verifying it is refused."""
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


def test_a_new_address_as_name_signs_in_at_once(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: MakeUser,
    access_token: SignIn,
) -> None:
    """Where addresses are names, the changed one leads to the user and the old one does not."""
    pool_id = make_pool(UsernameAttributes=["email"])
    person = confirmed_user(pool_id, make_client(pool_id), "alice@example.com")
    update(call, access_token(person), email=NEW)
    assert call("AdminGetUser", UserPoolId=pool_id, Username=NEW)["Username"] == person.sub
    with refused("UserNotFoundException"):
        call("AdminGetUser", UserPoolId=pool_id, Username="alice@example.com")


def test_an_unverified_alias_no_longer_leads(
    call: Call, make_pool: MakePool, make_client: MakeClient, confirmed_user: MakeUser
) -> None:
    """Taking the flag away takes the alias away."""
    pool_id = make_pool(AliasAttributes=["email"])
    person = confirmed_user(pool_id, make_client(pool_id))
    administer(call, person, email_verified="false")
    with refused("UserNotFoundException"):
        call("AdminGetUser", UserPoolId=pool_id, Username=person.email)

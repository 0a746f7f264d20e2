"""ChangePassword (section 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import HOUR, OTHER_PASSWORD, PASSWORD, TOO_MANY, Person, refused

WRONG = "Incorrect username or password."


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: Callable[..., Person]) -> Person:
    """A confirmed user."""
    return confirmed_user(pool_id, client)


@pytest.fixture
def token(alice: Person, access_token: Callable[[Person], str]) -> str:
    """Alice's access token."""
    return access_token(alice)


def change(call: Call, token: str, previous: str | None, proposed: str) -> dict[str, Any]:
    """Change the password of the token's user."""
    members = {} if previous is None else {"PreviousPassword": previous}
    return call("ChangePassword", AccessToken=token, ProposedPassword=proposed, **members)


@pytest.mark.fact("A097")
def test_new_password_replaces_the_previous_one(
    call: Call, alice: Person, token: str, access_token: Callable[[Person], str]
) -> None:
    """The response is empty, the token stays valid, and only the new password signs in."""
    assert change(call, token, PASSWORD, OTHER_PASSWORD) == {}
    assert call("GetUser", AccessToken=token)["Username"] == "alice"
    with refused("NotAuthorizedException", WRONG):
        access_token(alice)
    alice.password = OTHER_PASSWORD
    assert access_token(alice)


@pytest.mark.fact("A095", "A098", "M134")
def test_previous_password_must_be_right(
    call: Call, alice: Person, token: str, access_token: Callable[[Person], str]
) -> None:
    """A wrong previous password is refused with sign-in's message; a missing one as well."""
    with refused("NotAuthorizedException", WRONG):
        change(call, token, OTHER_PASSWORD, OTHER_PASSWORD)
    with refused("InvalidParameterException", "Missing required parameter OldPassword"):
        change(call, token, None, OTHER_PASSWORD)
    assert access_token(alice)


@pytest.mark.fact("A098")
def test_user_without_password_needs_no_previous_one(
    call: Call, engine: Engine, alice: Person, token: str
) -> None:
    """A user who never had a password sets one without a previous one."""
    user = engine.pools[alice.user_pool_id].users.by_sub(alice.sub)
    assert user is not None
    user.password = None
    assert change(call, token, None, OTHER_PASSWORD) == {}


@pytest.mark.fact("A030", "M134")
def test_new_password_must_conform_to_the_policy(call: Call, token: str) -> None:
    """A new password that breaks the policy is refused with SignUp's message."""
    text = "Password did not conform with policy: Password not long enough"
    with refused("InvalidPasswordException", text):
        change(call, token, PASSWORD, "short")


@pytest.mark.fact("A096", "A289")
def test_sixth_call_within_an_hour_is_refused(
    call: Call, engine: Engine, alice: Person, token: str, access_token: Callable[[Person], str]
) -> None:
    """The sixth call within an hour is refused, whatever its passwords."""
    for _ in range(5):
        with refused("NotAuthorizedException", WRONG):
            change(call, token, "wrong", OTHER_PASSWORD)
    with refused("LimitExceededException", TOO_MANY):
        change(call, token, PASSWORD, OTHER_PASSWORD)
    engine.clock.advance(HOUR - 1)
    with refused("LimitExceededException", TOO_MANY):
        change(call, token, PASSWORD, OTHER_PASSWORD)
    engine.clock.advance(1)
    change(call, access_token(alice), PASSWORD, OTHER_PASSWORD)

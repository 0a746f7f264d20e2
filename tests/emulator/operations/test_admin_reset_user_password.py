"""AdminResetUserPassword (section 1.5 of the facts)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import WRONG_CODE, Person, pairs, refused
from tests.emulator.support.password_recovery import (
    NO_CONTACT,
    WRONG_STATE,
    forgot,
    recover,
    status,
)

MakeUser = Callable[..., Person]


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], confirmed_user: MakeUser) -> Person:
    """A confirmed user with a verified email address."""
    return confirmed_user(pool_id, client)


@pytest.mark.fact("A063", "A091")
def test_reset_sends_a_code_and_requires_a_new_password(
    call: Call, engine: Engine, alice: Person, code: Callable[..., str]
) -> None:
    """The user is RESET_REQUIRED until ConfirmForgotPassword with the code of the reset."""
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    assert call("AdminResetUserPassword", **request) == {}
    assert status(call, alice) == "RESET_REQUIRED"
    newest = engine.outbox.messages(username="alice")[0]
    assert (newest.kind, newest.destination) == ("admin_reset", "alice@example.com")
    recover(call, alice, newest.code)
    assert status(call, alice) == "CONFIRMED"


def test_forgot_password_replaces_the_code_of_the_reset(
    call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """ForgotPassword works in RESET_REQUIRED, and its code replaces that of the reset."""
    call("AdminResetUserPassword", UserPoolId=alice.user_pool_id, Username="alice")
    forgot(call, alice)
    with refused("CodeMismatchException", WRONG_CODE):
        recover(call, alice, code("alice", "admin_reset"))
    recover(call, alice, code("alice", "forgot_password"))


@pytest.mark.fact("A063", "A063b")
@pytest.mark.parametrize("before", ["UNCONFIRMED", "FORCE_CHANGE_PASSWORD"])
def test_only_confirmed_users_can_be_reset(
    call: Call,
    pool_id: str,
    client: dict[str, Any],
    unconfirmed_user: MakeUser,
    before: str,
) -> None:
    """Users in other states are refused, and their state does not change."""
    request = {"UserPoolId": pool_id, "Username": "alice"}
    if before == "FORCE_CHANGE_PASSWORD":
        call("AdminCreateUser", **request)
    else:
        unconfirmed_user(pool_id, client)
    with refused("NotAuthorizedException", WRONG_STATE):
        call("AdminResetUserPassword", **request)
    assert call("AdminGetUser", **request)["UserStatus"] == before


def test_reset_can_be_repeated(call: Call, alice: Person, engine: Engine) -> None:
    """A second reset in RESET_REQUIRED sends another code, and only that code works."""
    for _ in range(2):
        call("AdminResetUserPassword", UserPoolId=alice.user_pool_id, Username="alice")
    new, old = engine.outbox.messages(username="alice", kind="admin_reset")
    with refused("CodeMismatchException", WRONG_CODE):
        recover(call, alice, old.code)
    recover(call, alice, new.code)


@pytest.mark.fact("A063", "A063b")
def test_reset_needs_an_enabled_user_with_a_contact(call: Call, alice: Person) -> None:
    """A disabled user is refused first, then a user without a verified contact."""
    request = {"UserPoolId": alice.user_pool_id, "Username": "alice"}
    call("AdminUpdateUserAttributes", **request, UserAttributes=pairs(email_verified="false"))
    with refused("InvalidParameterException", NO_CONTACT):
        call("AdminResetUserPassword", **request)
    call("AdminDisableUser", **request)
    with refused("NotAuthorizedException", "User is disabled."):
        call("AdminResetUserPassword", **request)
    assert status(call, alice) == "CONFIRMED"

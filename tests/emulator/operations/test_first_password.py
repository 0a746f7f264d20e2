"""How a user without a password gets one: by ChangePassword, a recovery or an administrator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, TOO_MANY, refused
from tests.emulator.support.passwordless import (
    pool_with_codes,
    signed_in,
    walker_of,
    without_password,
)
from tests.emulator.support.walker import Walker, tokens_of

WRONG = "Incorrect username or password."


@pytest.fixture
def alice(engine: Engine) -> tuple[Walker, str]:
    """A user without a password and their access token."""
    history = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    pool_id = pool_with_codes(engine)
    engine.call(
        "UpdateUserPool",
        {"UserPoolId": pool_id, "AutoVerifiedAttributes": ["email"], "Policies": history},
    )
    walker = walker_of(engine, pool_id)
    return walker, signed_in(walker)["AccessToken"]


def change(walker: Walker, token: str, proposed: str, **members: str) -> dict[str, Any]:
    """Call ChangePassword."""
    return walker.call("ChangePassword", AccessToken=token, ProposedPassword=proposed, **members)


class TestChangePassword:
    """ChangePassword without PreviousPassword."""

    @pytest.mark.fact("N055", "A098")
    def test_it_sets_the_first_password_once(self, alice: tuple[Walker, str]) -> None:
        """The first password needs no previous one, and the second one does."""
        walker, token = alice
        assert change(walker, token, PASSWORD) == {}
        assert tokens_of(walker.by_srp())
        with refused("InvalidParameterException", "Missing required parameter OldPassword"):
            change(walker, token, OTHER_PASSWORD)
        change(walker, token, OTHER_PASSWORD, PreviousPassword=PASSWORD)

    @pytest.mark.fact("N055")
    def test_no_previous_password_is_right(self, alice: tuple[Walker, str]) -> None:
        """A previous password that is sent all the same is a wrong one."""
        walker, token = alice
        with refused("NotAuthorizedException", WRONG):
            change(walker, token, PASSWORD, PreviousPassword=PASSWORD)
        assert change(walker, token, PASSWORD) == {}

    @pytest.mark.fact("N055", "A030", "A035")
    def test_policy_and_history_apply(self, alice: tuple[Walker, str]) -> None:
        """The policy covers the first password, and the history has it from then on."""
        walker, token = alice
        text = "Password did not conform with policy: Password not long enough"
        with refused("InvalidPasswordException", text):
            change(walker, token, "short")
        change(walker, token, PASSWORD)
        change(walker, token, OTHER_PASSWORD, PreviousPassword=PASSWORD)
        with refused("PasswordHistoryPolicyViolationException"):
            change(walker, token, PASSWORD, PreviousPassword=OTHER_PASSWORD)

    @pytest.mark.fact("N055", "A097")
    def test_tokens_and_status_stay(self, alice: tuple[Walker, str]) -> None:
        """The token that set the password stays valid, and the user is as confirmed as before."""
        walker, token = alice
        change(walker, token, PASSWORD)
        assert walker.call("GetUser", AccessToken=token)["Username"] == "alice"
        assert walker.administer("AdminGetUser")["UserStatus"] == "CONFIRMED"

    @pytest.mark.fact("N055", "A096")
    def test_attempts_are_limited(self, alice: tuple[Walker, str]) -> None:
        """Five attempts an hour, as for everybody else."""
        walker, token = alice
        for _ in range(5):
            with refused("InvalidPasswordException"):
                change(walker, token, "short")
        with refused("LimitExceededException", TOO_MANY):
            change(walker, token, PASSWORD)


@pytest.mark.fact("N054", "A062")
@pytest.mark.parametrize("permanent", [True, False])
def test_administrator_gives_a_password(engine: Engine, permanent: bool) -> None:
    """An administrator can give a password, permanent or temporary, but cannot take it away."""
    walker = without_password(engine)
    walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=permanent)
    challenge = walker.by_password().get("ChallengeName")
    assert challenge == (None if permanent else "NEW_PASSWORD_REQUIRED")
    with refused("InvalidPasswordException"):
        walker.administer("AdminSetUserPassword", Password="", Permanent=True)
    assert walker.by_password().get("ChallengeName") == challenge


@pytest.mark.fact("N054")
@pytest.mark.parametrize("reset", [False, True])
def test_recovery_gives_a_password(engine: Engine, reset: bool) -> None:
    """A recovery, by the user or an administrator, ends with a password, as for everybody else."""
    walker = without_password(engine)
    names = {"ClientId": walker.client_id, "Username": "alice"}
    if reset:
        walker.administer("AdminResetUserPassword")
        assert walker.administer("AdminGetUser")["UserStatus"] == "RESET_REQUIRED"
    else:
        walker.call("ForgotPassword", **names)
    code = engine.outbox.messages(username="alice")[0].code
    walker.call("ConfirmForgotPassword", **names, ConfirmationCode=code, Password=PASSWORD)
    assert tokens_of(walker.by_password())


@pytest.mark.fact("N054")
def test_recovery_tells_nobody_who_has_a_password(engine: Engine) -> None:
    """ForgotPassword answers a user without a password as one with a password."""
    alice = without_password(engine)
    bob = replace(alice, username="bob")
    bob.administer(
        "AdminCreateUser",
        TemporaryPassword=PASSWORD,
        UserAttributes=[
            {"Name": "email", "Value": "alice@example.org"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    bob.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=True)
    answers = [
        walker.call("ForgotPassword", ClientId=walker.client_id, Username=walker.username)
        for walker in (alice, bob)
    ]
    assert answers[0] == answers[1]

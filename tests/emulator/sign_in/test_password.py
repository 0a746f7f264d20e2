"""Signing in with a plain password: who may, the order of checks, and the lockout."""

from __future__ import annotations

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.walker import Walker, new_pool, new_walker, tokens_of

INCORRECT = "Incorrect username or password."
NOT_AUTHORIZED = "NotAuthorizedException"

HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture(params=[False, True], ids=["public", "admin"])
def walker(engine: Engine, request: pytest.FixtureRequest) -> Walker:
    """A confirmed user, by InitiateAuth and by AdminInitiateAuth."""
    return new_walker(engine, admin=request.param)


class TestSuccess:
    """The response to the right password."""

    @pytest.mark.fact("A176", "A255")
    def test_response_has_tokens_and_no_challenge(self, walker: Walker) -> None:
        """The response has tokens, no challenge, and empty ChallengeParameters."""
        answer = walker.by_password()
        assert set(answer) == {"AuthenticationResult", "ChallengeParameters"}
        assert answer["ChallengeParameters"] == {}
        tokens = answer["AuthenticationResult"]
        assert set(tokens) == {
            "AccessToken",
            "IdToken",
            "RefreshToken",
            "ExpiresIn",
            "TokenType",
        }
        assert tokens["ExpiresIn"] == 3600
        assert tokens["TokenType"] == "Bearer"

    def test_verified_alias_signs_in(self, engine: Engine) -> None:
        """A verified email address signs in if it is an alias."""
        walker = new_walker(engine, AliasAttributes=["email"])
        assert tokens_of(walker.by_password(USERNAME="alice@example.com"))

    def test_unverified_alias_does_not_sign_in(self, engine: Engine) -> None:
        """An unverified email address is not an alias."""
        walker = new_walker(engine, AliasAttributes=["email"], confirmed=False)
        with refused("UserNotFoundException"):
            walker.by_password(USERNAME="alice@example.com")

    @pytest.mark.fact("A020")
    def test_address_as_username_and_sub_sign_in(self, engine: Engine) -> None:
        """If email addresses are usernames, the address and the sub both sign in."""
        walker = new_walker(engine, username="a@example.com", UsernameAttributes=["email"])
        assert tokens_of(walker.by_password())
        user = next(iter(engine.pools[walker.user_pool_id].users))
        assert tokens_of(walker.by_password(USERNAME=user.sub))


class TestRefusals:
    """Who may not sign in, and the order of checks."""

    @pytest.mark.fact("A125")
    def test_wrong_password_is_refused(self, walker: Walker) -> None:
        """A wrong password is refused."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A126")
    def test_unknown_user_is_reported(self, walker: Walker) -> None:
        """An unknown user is reported as unknown by default."""
        with refused("UserNotFoundException", "User does not exist."):
            walker.by_password(USERNAME="nobody")

    @pytest.mark.fact("D046")
    def test_sub_does_not_sign_in_where_it_is_not_the_username(self, engine: Engine) -> None:
        """The sub does not sign in if usernames are not subs."""
        walker = new_walker(engine)
        user = next(iter(engine.pools[walker.user_pool_id].users))
        with refused("UserNotFoundException", "User does not exist."):
            walker.by_password(USERNAME=user.sub)

    @pytest.mark.fact("A100")
    def test_hidden_unknown_user_is_a_wrong_password(self, engine: Engine) -> None:
        """With PreventUserExistenceErrors an unknown user is a wrong password."""
        walker = new_walker(engine, client_settings=HIDING)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(USERNAME="nobody")

    @pytest.mark.fact("A127", "A313")
    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_unconfirmed_user_is_reported(self, engine: Engine, password: str) -> None:
        """An unconfirmed user is refused as such, whatever the password."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.by_password(PASSWORD=password)

    @pytest.mark.fact("A128")
    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_disabled_user_is_reported(self, walker: Walker, password: str) -> None:
        """A disabled user is refused as such, whatever the password."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.by_password(PASSWORD=password)

    @pytest.mark.fact("A129", "A129b")
    def test_reset_user_must_set_a_new_password(self, walker: Walker) -> None:
        """After AdminResetUserPassword a new password must be set first."""
        walker.administer("AdminResetUserPassword")
        text = "Password reset required for the user"
        with refused("PasswordResetRequiredException", text):
            walker.by_password()

    @pytest.mark.fact("A103")
    def test_hidden_reset_user_is_a_wrong_password(self, engine: Engine) -> None:
        """With PreventUserExistenceErrors the reset looks like a wrong password."""
        walker = new_walker(engine, client_settings=HIDING)
        walker.administer("AdminResetUserPassword")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password()


class TestTemporaryPassword:
    """The password that an administrator set."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user with a temporary password, created by an administrator."""
        walker = new_walker(engine)
        walker.username = "bob"
        walker.administer("AdminCreateUser", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        return walker

    @pytest.mark.fact("A130")
    def test_right_one_asks_for_a_new_password(self, walker: Walker) -> None:
        """A right temporary password asks for a new one."""
        answer = walker.by_password()
        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert "Session" in answer
        assert "AuthenticationResult" not in answer

    def test_wrong_one_is_refused(self, walker: Walker) -> None:
        """A wrong temporary password is a wrong password."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A061")
    def test_expired_one_is_refused(self, walker: Walker) -> None:
        """After TemporaryPasswordValidityDays it is refused."""
        walker.engine.clock.advance(7 * 86_400 - 1)
        assert walker.by_password()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        walker.engine.clock.advance(1)
        text = "Temporary password has expired and must be reset by an administrator."
        with refused(NOT_AUTHORIZED, text):
            walker.by_password()
        with refused(NOT_AUTHORIZED, text):
            walker.by_srp()
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A061")
    def test_permanent_password_does_not_expire(self, walker: Walker) -> None:
        """Once it is permanent, the same password stays valid."""
        walker.administer("AdminSetUserPassword", Password=walker.password, Permanent=True)
        walker.engine.clock.advance(400 * 86_400)
        assert tokens_of(walker.by_password())


class TestLockOut:
    """Wrong passwords lock for doubling times."""

    def fail(self, walker: Walker, times: int) -> None:
        """Enter a wrong password that many times."""
        for _ in range(times):
            with refused(NOT_AUTHORIZED, INCORRECT):
                walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A132", "A136")
    def test_fifth_failure_locks_for_a_second(self, walker: Walker) -> None:
        """The fifth failure locks for a second, even for the right password."""
        self.fail(walker, 5)
        with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
            walker.by_password()
        walker.engine.clock.advance(1)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A132")
    def test_four_failures_do_not_lock(self, walker: Walker) -> None:
        """Four failures do not lock."""
        self.fail(walker, 4)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A132")
    def test_each_failure_doubles_the_lock(self, walker: Walker) -> None:
        """Each further failure locks twice as long."""
        self.fail(walker, 5)
        for seconds in (1, 2, 4, 8):
            walker.engine.clock.advance(seconds - 0.5)
            with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
                walker.by_password()
            walker.engine.clock.advance(0.5)
            self.fail(walker, 1)

    @pytest.mark.parametrize("flow", ["password", "srp"])
    def test_success_resets_the_count(self, walker: Walker, flow: str) -> None:
        """A right password or proof resets the count of failures."""
        self.fail(walker, 4)
        assert tokens_of(walker.by_password() if flow == "password" else walker.by_srp())
        self.fail(walker, 4)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A137")
    def test_srp_and_password_failures_count_together(self, engine: Engine) -> None:
        """Wrong proofs lock like wrong passwords, in either flow."""
        walker = new_walker(engine)
        for _ in range(5):
            proof = walker.proof(walker.start_srp(), password="wrong")
            with refused(NOT_AUTHORIZED, INCORRECT):
                walker.respond("PASSWORD_VERIFIER", **proof)
        with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
            walker.by_password()
        with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
            walker.by_srp()

    def test_lock_affects_one_user(self, engine: Engine) -> None:
        """The lock applies to one user only."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        self.fail(alice, 5)
        assert tokens_of(bob.by_password())


@pytest.mark.fact("A057")
def test_user_without_password_cannot_sign_in(engine: Engine) -> None:
    """A user without a password cannot sign in with one, in either flow."""
    sign_in = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    walker = new_walker(engine, Policies=sign_in)
    walker.username = "bob"
    pairs = [{"Name": "email", "Value": "bob@example.com"}]
    pairs += [{"Name": "email_verified", "Value": "true"}]
    walker.administer("AdminCreateUser", MessageAction="SUPPRESS", UserAttributes=pairs)
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.by_password()
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.by_srp()


def test_user_of_another_pool_is_unknown(engine: Engine) -> None:
    """A user of one pool cannot sign in at another pool's client."""
    walker = new_walker(engine)
    other = new_walker(engine, username="bob", pool_id=new_pool(engine))
    with refused("UserNotFoundException", "User does not exist."):
        other.by_password(USERNAME=walker.username)


def test_changed_password_counts_at_once(engine: Engine) -> None:
    """After a change the old password is wrong and the new one right, in both flows."""
    walker = new_walker(engine)
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.call(
        "ChangePassword",
        AccessToken=token,
        PreviousPassword=PASSWORD,
        ProposedPassword=OTHER_PASSWORD,
    )
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.by_password()
    with refused(NOT_AUTHORIZED, INCORRECT):
        walker.by_srp()
    walker.password = OTHER_PASSWORD
    assert tokens_of(walker.by_password())
    assert tokens_of(walker.by_srp())

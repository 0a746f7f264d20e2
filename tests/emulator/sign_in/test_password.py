"""Signing in with a plain password: who may, in which order things are checked, and lock-out."""

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
    """What comes back for the right password."""

    @pytest.mark.fact("A176", "A255")
    def test_tokens(self, walker: Walker) -> None:
        """The answer has tokens, no challenge, and empty ChallengeParameters."""
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

    def test_by_verified_alias(self, engine: Engine) -> None:
        """A verified e-mail address signs in where it is an alias."""
        walker = new_walker(engine, AliasAttributes=["email"])
        assert tokens_of(walker.by_password(USERNAME="alice@example.com"))

    def test_by_unverified_alias(self, engine: Engine) -> None:
        """An unverified e-mail address is nobody's alias."""
        walker = new_walker(engine, AliasAttributes=["email"], confirmed=False)
        with refused("UserNotFoundException"):
            walker.by_password(USERNAME="alice@example.com")

    @pytest.mark.fact("A020")
    def test_by_user_name_attribute(self, engine: Engine) -> None:
        """The e-mail address signs in where it is the user name, and so does the sub."""
        walker = new_walker(engine, username="a@example.com", UsernameAttributes=["email"])
        assert tokens_of(walker.by_password())
        user = next(iter(engine.pools[walker.user_pool_id].users))
        assert tokens_of(walker.by_password(USERNAME=user.sub))


class TestRefusals:
    """Who may not sign in, and what is looked at first."""

    @pytest.mark.fact("A125")
    def test_wrong_password(self, walker: Walker) -> None:
        """A wrong password is refused."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A126")
    def test_unknown_user(self, walker: Walker) -> None:
        """An unknown user is said to be unknown by default."""
        with refused("UserNotFoundException", "User does not exist."):
            walker.by_password(USERNAME="nobody")

    @pytest.mark.fact("D046")
    def test_sub_is_no_user_name(self, engine: Engine) -> None:
        """The sub does not sign in where user names are not subs."""
        walker = new_walker(engine)
        user = next(iter(engine.pools[walker.user_pool_id].users))
        with refused("UserNotFoundException", "User does not exist."):
            walker.by_password(USERNAME=user.sub)

    @pytest.mark.fact("A100")
    def test_unknown_user_hidden(self, engine: Engine) -> None:
        """With PreventUserExistenceErrors an unknown user is a wrong password."""
        walker = new_walker(engine, client_settings=HIDING)
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(USERNAME="nobody")

    @pytest.mark.fact("A127", "A313")
    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_unconfirmed(self, engine: Engine, password: str) -> None:
        """An unconfirmed user is told so, whatever the password."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.by_password(PASSWORD=password)

    @pytest.mark.fact("A128")
    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_disabled(self, walker: Walker, password: str) -> None:
        """A disabled user is told so, whatever the password."""
        walker.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            walker.by_password(PASSWORD=password)

    @pytest.mark.fact("A129")
    def test_reset_required(self, walker: Walker) -> None:
        """After AdminResetUserPassword a new password must be set first."""
        walker.administer("AdminResetUserPassword")
        text = "Password reset required for the user"
        with refused("PasswordResetRequiredException", text):
            walker.by_password()

    @pytest.mark.fact("A103")
    def test_reset_required_hidden(self, engine: Engine) -> None:
        """With PreventUserExistenceErrors the reset looks like a wrong password."""
        walker = new_walker(engine, client_settings=HIDING)
        walker.administer("AdminResetUserPassword")
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password()


class TestTemporaryPassword:
    """The password that an administrator gave."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user with a temporary password, created by an administrator."""
        walker = new_walker(engine)
        walker.username = "bob"
        walker.administer("AdminCreateUser", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        return walker

    @pytest.mark.fact("A130")
    def test_leads_to_a_new_one(self, walker: Walker) -> None:
        """A right temporary password asks for a new one."""
        answer = walker.by_password()
        assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert "Session" in answer
        assert "AuthenticationResult" not in answer

    def test_wrong(self, walker: Walker) -> None:
        """A wrong temporary password is a wrong password."""
        with refused(NOT_AUTHORIZED, INCORRECT):
            walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A061")
    def test_expired(self, walker: Walker) -> None:
        """After TemporaryPasswordValidityDays it is worth nothing."""
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
    def test_a_permanent_one_does_not_expire(self, walker: Walker) -> None:
        """Once it is permanent, the same password stays good."""
        walker.administer("AdminSetUserPassword", Password=walker.password, Permanent=True)
        walker.engine.clock.advance(400 * 86_400)
        assert tokens_of(walker.by_password())


class TestLockOut:
    """Wrong passwords lock for doubling times."""

    def fail(self, walker: Walker, times: int) -> None:
        """Enter a wrong password that often."""
        for _ in range(times):
            with refused(NOT_AUTHORIZED, INCORRECT):
                walker.by_password(PASSWORD="wrong")

    @pytest.mark.fact("A132", "A136")
    def test_five_are_free(self, walker: Walker) -> None:
        """The fifth failure locks for a second, even for the right password."""
        self.fail(walker, 5)
        with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
            walker.by_password()
        walker.engine.clock.advance(1)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A132")
    def test_four_do_not_lock(self, walker: Walker) -> None:
        """Four failures do not lock."""
        self.fail(walker, 4)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A132")
    def test_locks_double(self, walker: Walker) -> None:
        """Each further failure locks twice as long."""
        self.fail(walker, 5)
        for seconds in (1, 2, 4, 8):
            walker.engine.clock.advance(seconds - 0.5)
            with refused(NOT_AUTHORIZED, "Password attempts exceeded"):
                walker.by_password()
            walker.engine.clock.advance(0.5)
            self.fail(walker, 1)

    @pytest.mark.parametrize("flow", ["password", "srp"])
    def test_success_starts_the_count_again(self, walker: Walker, flow: str) -> None:
        """A right password or proof forgets the failures before it."""
        self.fail(walker, 4)
        assert tokens_of(walker.by_password() if flow == "password" else walker.by_srp())
        self.fail(walker, 4)
        assert tokens_of(walker.by_password())

    @pytest.mark.fact("A137")
    def test_srp_and_password_count_together(self, engine: Engine) -> None:
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

    def test_one_users_failures_lock_nobody_else(self, engine: Engine) -> None:
        """The lock is the user's own."""
        alice = new_walker(engine)
        client = {"ClientId": alice.client_id}
        bob = new_walker(engine, username="bob", pool_id=alice.user_pool_id, client=client)
        self.fail(alice, 5)
        assert tokens_of(bob.by_password())


@pytest.mark.fact("A057")
def test_user_without_a_password(engine: Engine) -> None:
    """A user who has no password cannot sign in with one, in either flow."""
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


def test_pools_do_not_share_users(engine: Engine) -> None:
    """A user of one pool does not sign in at another's client."""
    walker = new_walker(engine)
    other = new_walker(engine, username="bob", pool_id=new_pool(engine))
    with refused("UserNotFoundException", "User does not exist."):
        other.by_password(USERNAME=walker.username)


def test_a_changed_password_counts_at_once(engine: Engine) -> None:
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

"""InitiateAuth and AdminInitiateAuth: which flow a client may use, and what it must send."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"


@pytest.fixture
def only(engine: Engine) -> Any:
    """Make a user whose client has just these ExplicitAuthFlows."""

    def make(*flows: str, admin: bool = False) -> Walker:
        return new_walker(engine, admin=admin, client_settings={"ExplicitAuthFlows": list(flows)})

    return make


class TestGating:
    """Each flow that a client does not allow has its own words."""

    @pytest.mark.fact("A108")
    def test_user_password(self, only: Any) -> None:
        """USER_PASSWORD_AUTH is refused where it is not allowed."""
        with refused(INVALID, "USER_PASSWORD_AUTH flow not enabled for this client"):
            only("ALLOW_USER_SRP_AUTH").by_password()

    @pytest.mark.fact("A109")
    def test_user_srp(self, only: Any) -> None:
        """USER_SRP_AUTH is refused where it is not allowed."""
        with refused(INVALID, "USER_SRP_AUTH is not enabled for the client."):
            only("ALLOW_USER_PASSWORD_AUTH").start_srp()

    @pytest.mark.fact("A110")
    def test_custom(self, only: Any) -> None:
        """CUSTOM_AUTH is refused where it is not allowed."""
        with refused(INVALID, "CUSTOM_AUTH is not enabled for the client."):
            only("ALLOW_USER_SRP_AUTH").initiate("CUSTOM_AUTH", USERNAME="alice")

    @pytest.mark.fact("A110")
    def test_custom_without_triggers(self, only: Any) -> None:
        """CUSTOM_AUTH is refused where it is allowed but no trigger makes it."""
        text = "Custom auth lambda trigger is not configured for the user pool."
        with refused(INVALID, text):
            only("ALLOW_CUSTOM_AUTH").initiate("CUSTOM_AUTH", USERNAME="alice")

    @pytest.mark.fact("A111", "A319")
    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_admin_password(self, only: Any, flow: str) -> None:
        """The administrators' password flow is refused where it is not allowed."""
        walker = only("ALLOW_USER_PASSWORD_AUTH", admin=True)
        with refused(INVALID, "Auth flow not enabled for this client"):
            walker.initiate(flow, USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
    def test_refresh(self, only: Any, flow: str) -> None:
        """Refreshing is refused where only other ALLOW_ values are given."""
        with refused(INVALID, "Auth flow not enabled for this client"):
            only("ALLOW_USER_PASSWORD_AUTH").initiate(flow, REFRESH_TOKEN="a.b.c.d.e")

    @pytest.mark.fact("A105")
    def test_default_flows(self, only: Any) -> None:
        """A client without ExplicitAuthFlows allows SRP, custom and refresh only."""
        walker = only()
        assert walker.start_srp()["ChallengeName"] == "PASSWORD_VERIFIER"
        with refused(INVALID, "USER_PASSWORD_AUTH flow not enabled for this client"):
            walker.by_password()

    @pytest.mark.fact("A106")
    def test_legacy_values_do_not_gate_refresh_and_srp(self, only: Any) -> None:
        """With the values of old, refresh is not gated, nor is SRP."""
        walker = only("USER_PASSWORD_AUTH")
        tokens = tokens_of(walker.by_password())
        assert tokens_of(walker.by_srp())
        answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
        assert "AccessToken" in tokens_of(answer)

    def test_legacy_custom_only(self, only: Any) -> None:
        """CUSTOM_AUTH_FLOW_ONLY leaves custom authentication alone."""
        walker = only("CUSTOM_AUTH_FLOW_ONLY")
        with refused(INVALID, "USER_SRP_AUTH is not enabled for the client."):
            walker.start_srp()

    @pytest.mark.fact("A115")
    def test_legacy_admin_value(self, only: Any) -> None:
        """ADMIN_NO_SRP_AUTH as setting and as flow still works."""
        walker = only("ADMIN_NO_SRP_AUTH", admin=True)
        answer = walker.initiate("ADMIN_NO_SRP_AUTH", USERNAME="alice", PASSWORD=walker.password)
        assert tokens_of(answer)


class TestMethods:
    """Administrators' flows belong to AdminInitiateAuth, USER_PASSWORD_AUTH to InitiateAuth."""

    @pytest.mark.fact("A112")
    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_admin_flow_in_public(self, engine: Engine, flow: str) -> None:
        """InitiateAuth does not know the administrators' flows."""
        walker = new_walker(engine)
        with refused(INVALID, "Initiate Auth method not supported"):
            walker.initiate(flow, USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.fact("A112")
    def test_public_password_flow_by_an_administrator(self, engine: Engine) -> None:
        """AdminInitiateAuth does not know USER_PASSWORD_AUTH."""
        walker = new_walker(engine, admin=True)
        with refused(INVALID, "Initiate Auth method not supported"):
            walker.initiate("USER_PASSWORD_AUTH", USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.fact("A113", "D045")
    def test_srp_by_an_administrator(self, engine: Engine) -> None:
        """AdminInitiateAuth answers USER_SRP_AUTH with PASSWORD_VERIFIER."""
        walker = new_walker(engine, admin=True)
        assert walker.start_srp()["ChallengeName"] == "PASSWORD_VERIFIER"
        assert tokens_of(walker.by_srp())


class TestParameters:
    """What is missing is named; what is null or empty is missing."""

    @pytest.mark.fact("A117", "D042")
    @pytest.mark.parametrize(
        ("flow", "given", "missing"),
        [
            ("USER_PASSWORD_AUTH", {"PASSWORD": "x"}, "USERNAME"),
            ("USER_PASSWORD_AUTH", {"USERNAME": "alice"}, "PASSWORD"),
            ("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": ""}, "PASSWORD"),
            ("USER_PASSWORD_AUTH", {"USERNAME": "alice", "PASSWORD": None}, "PASSWORD"),
            ("USER_SRP_AUTH", {"SRP_A": "ab"}, "USERNAME"),
            ("USER_SRP_AUTH", {"USERNAME": "alice"}, "SRP_A"),
            ("REFRESH_TOKEN_AUTH", {}, "REFRESH_TOKEN"),
            ("USER_AUTH", {}, "USERNAME"),
        ],
    )
    def test_missing(
        self, engine: Engine, flow: str, given: dict[str, str | None], missing: str
    ) -> None:
        """A missing AuthParameter is refused by its name."""
        walker = new_walker(engine)
        with refused(INVALID, f"Missing required parameter {missing}"):
            walker.initiate(flow, **given)

    def test_no_parameters_at_all(self, engine: Engine) -> None:
        """AuthParameters may be left out of the request, but not what they must hold."""
        walker = new_walker(engine)
        with refused(INVALID, "Missing required parameter USERNAME"):
            walker.call("InitiateAuth", ClientId=walker.client_id, AuthFlow="USER_PASSWORD_AUTH")

    @pytest.mark.fact("A027")
    def test_unknown_client(self, engine: Engine) -> None:
        """An unknown ClientId is no client."""
        walker = new_walker(engine)
        walker.client_id = "0" * 26
        with refused("ResourceNotFoundException", f"User pool client {'0' * 26} does not exist."):
            walker.by_password()

    @pytest.mark.fact("A027")
    def test_client_of_another_pool(self, engine: Engine) -> None:
        """An administrator cannot use the client of another pool."""
        walker = new_walker(engine, admin=True)
        client_id = new_client(engine, new_pool(engine))["ClientId"]
        walker.client_id = client_id
        text = f"User pool client {client_id} does not exist."
        with refused("ResourceNotFoundException", text):
            walker.by_password()


def missing_hash(walker: Walker) -> str:
    """The text about a SECRET_HASH that was not sent."""
    return f"Client {walker.client_id} is configured with secret but SECRET_HASH was not received"


class TestSecretHash:
    """A client with a secret wants SECRET_HASH in every request."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a client with a secret."""
        return new_walker(engine, client_settings={"GenerateSecret": True})

    @pytest.mark.fact("A123")
    def test_right(self, walker: Walker) -> None:
        """With the hash over the name that is sent, both flows sign in."""
        assert tokens_of(walker.by_password())
        assert tokens_of(walker.by_srp())

    @pytest.mark.fact("A120")
    @pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"])
    def test_missing(self, walker: Walker, flow: str) -> None:
        """A missing hash is refused before the user is looked at."""
        text = missing_hash(walker)
        given = {"USERNAME": "nobody", "PASSWORD": "x", "SRP_A": "ab", "SECRET_HASH": None}
        with refused(NOT_AUTHORIZED, text):
            walker.initiate(flow, **given)

    @pytest.mark.fact("A121", "A308", "D049")
    def test_wrong(self, walker: Walker) -> None:
        """A hash over another name is refused."""
        text = f"Unable to verify secret hash for client {walker.client_id}"
        with refused(NOT_AUTHORIZED, text):
            walker.by_password(SECRET_HASH=walker.secret_hash("bob"))

    @pytest.mark.fact("A124")
    def test_in_every_answer(self, walker: Walker) -> None:
        """An answer without the hash is refused, and leaves the challenge as it was."""
        proof = walker.proof(walker.start_srp())
        text = missing_hash(walker)
        with refused(NOT_AUTHORIZED, text):
            walker.respond("PASSWORD_VERIFIER", **proof, SECRET_HASH=None)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A122")
    def test_refresh_wants_the_hash_over_the_internal_name(self, engine: Engine) -> None:
        """A refresh is hashed with the sub in e-mail pools, not the address."""
        walker = new_walker(
            engine,
            username="alice@example.com",
            UsernameAttributes=["email"],
            client_settings={"GenerateSecret": True},
        )
        token = tokens_of(walker.by_password())["RefreshToken"]
        sub = engine.pools[walker.user_pool_id].users.by_alias("email", walker.username)
        assert sub is not None
        text = f"SecretHash does not match for the client: {walker.client_id}"
        with refused(NOT_AUTHORIZED, text):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)
        right = walker.secret_hash(sub.username)
        answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, SECRET_HASH=right)
        assert "AccessToken" in tokens_of(answer)

    @pytest.mark.fact("A120")
    def test_refresh_without_hash(self, walker: Walker) -> None:
        """A refresh without the hash is refused."""
        token = tokens_of(walker.by_password())["RefreshToken"]
        text = missing_hash(walker)
        with refused(NOT_AUTHORIZED, text):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, SECRET_HASH=None)

    @pytest.mark.fact("A120")
    def test_refresh_without_hash_says_nothing_of_the_token(self, walker: Walker) -> None:
        """Without the hash a refresh is refused before the token is looked at."""
        with refused(NOT_AUTHORIZED, missing_hash(walker)):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="x", SECRET_HASH=None)


class TestUserAuth:
    """USER_AUTH: the choice of the first factor, as far as it is a password."""

    @pytest.mark.fact("A185", "A186")
    def test_select_challenge(self, engine: Engine) -> None:
        """Without a preference the available first factors are offered."""
        answer = new_walker(engine).initiate("USER_AUTH", USERNAME="alice")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        assert len(answer["Session"]) > 20

    @pytest.mark.fact("A189", "A142")
    def test_password_chosen(self, engine: Engine) -> None:
        """PASSWORD with the right password leads to tokens, and only once."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **answer))
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            walker.respond("SELECT_CHALLENGE", session, **answer)

    @pytest.mark.fact("A144")
    def test_wrong_password_chosen(self, engine: Engine) -> None:
        """A wrong password is refused, and the session can be tried again."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Incorrect username or password."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD="wrong")
        answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **answer))

    @pytest.mark.fact("A189", "A142")
    def test_srp_chosen(self, engine: Engine) -> None:
        """PASSWORD_SRP leads to PASSWORD_VERIFIER, and only once."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        answer = {"ANSWER": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
        challenge = walker.respond("SELECT_CHALLENGE", session, **answer)
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            walker.respond("SELECT_CHALLENGE", session, **answer)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    @pytest.mark.fact("A185")
    def test_preferred_password(self, engine: Engine) -> None:
        """PASSWORD as preference goes straight on, and the list is still given."""
        walker = new_walker(engine)
        answer = walker.initiate(
            "USER_AUTH",
            USERNAME="alice",
            PREFERRED_CHALLENGE="PASSWORD",
            PASSWORD=walker.password,
        )
        assert tokens_of(answer)
        assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]

    @pytest.mark.fact("A185", "A190")
    def test_preferred_srp(self, engine: Engine) -> None:
        """PASSWORD_SRP as preference puts PASSWORD_VERIFIER at once."""
        walker = new_walker(engine)
        challenge = walker.initiate(
            "USER_AUTH",
            USERNAME="alice",
            PREFERRED_CHALLENGE="PASSWORD_SRP",
            SRP_A=walker.exchange.public_hex,
        )
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))

    def test_one_time_passwords_are_said_to_be_missing(self, engine: Engine) -> None:
        """A first factor that is not emulated is refused as such, not as a wrong answer."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with pytest.raises(Refusal, match="not emulated"):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="EMAIL_OTP")

    @pytest.mark.fact("A118", "A190")
    def test_lite_pools_have_it_not(self, engine: Engine) -> None:
        """USER_AUTH needs more than the Lite plan."""
        walker = new_walker(engine, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            walker.initiate("USER_AUTH", USERNAME="alice")

    @pytest.mark.fact("A127")
    def test_unconfirmed(self, engine: Engine) -> None:
        """An unconfirmed user is told so before anything is offered."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.initiate("USER_AUTH", USERNAME="alice")

    def test_alias(self, engine: Engine) -> None:
        """The choice can be begun by an alias and answered by the user name."""
        walker = new_walker(engine, AliasAttributes=["email"])
        session = walker.initiate("USER_AUTH", USERNAME="alice@example.com")["Session"]
        answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **answer))

    @pytest.mark.fact("A117")
    def test_missing_session(self, engine: Engine) -> None:
        """The answer needs its Session."""
        walker = new_walker(engine)
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond("SELECT_CHALLENGE", ANSWER="PASSWORD", PASSWORD=walker.password)

    @pytest.mark.fact("A179")
    def test_session_of_another_challenge(self, engine: Engine) -> None:
        """A Session that waits for something else takes no first factor."""
        walker = new_walker(engine, mfa="ON")
        session = walker.by_password()["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=walker.password)

    def test_hidden_users_are_offered_the_same(self, engine: Engine) -> None:
        """Where existence is hidden, an unknown user gets the same offer and then no tokens."""
        settings = {"PreventUserExistenceErrors": "ENABLED"}
        walker = new_walker(engine, client_settings=settings)
        answer = walker.initiate("USER_AUTH", USERNAME="nobody")
        assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        with refused(NOT_AUTHORIZED, "Incorrect username or password."):
            walker.respond(
                "SELECT_CHALLENGE",
                answer["Session"],
                USERNAME="nobody",
                ANSWER="PASSWORD",
                PASSWORD=walker.password,
            )

    @pytest.mark.fact("A143")
    def test_another_users_session(self, engine: Engine) -> None:
        """The session of one user does not sign another in."""
        alice = new_walker(engine)
        bob = new_walker(
            engine,
            username="bob",
            pool_id=alice.user_pool_id,
            client={"ClientId": alice.client_id},
        )
        session = alice.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            bob.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=bob.password)

"""InitiateAuth and AdminInitiateAuth: allowed flows and required parameters."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

INVALID = "InvalidParameterException"
NOT_AUTHORIZED = "NotAuthorizedException"


@pytest.fixture
def only(engine: Engine) -> Any:
    """Return a function that creates a user whose client has only these ExplicitAuthFlows."""

    def make(*flows: str, admin: bool = False) -> Walker:
        return new_walker(engine, admin=admin, client_settings={"ExplicitAuthFlows": list(flows)})

    return make


class TestGating:
    """Each flow that a client does not allow has its own message."""

    @pytest.mark.fact("A108")
    def test_user_password_needs_its_flow(self, only: Any) -> None:
        """USER_PASSWORD_AUTH is refused if the client does not allow it."""
        with refused(INVALID, "USER_PASSWORD_AUTH flow not enabled for this client"):
            only("ALLOW_USER_SRP_AUTH").by_password()

    @pytest.mark.fact("A109")
    def test_user_srp_needs_its_flow(self, only: Any) -> None:
        """USER_SRP_AUTH is refused if the client does not allow it."""
        with refused(INVALID, "USER_SRP_AUTH is not enabled for the client."):
            only("ALLOW_USER_PASSWORD_AUTH").start_srp()

    @pytest.mark.fact("A110")
    def test_custom_needs_its_flow(self, only: Any) -> None:
        """CUSTOM_AUTH is refused if the client does not allow it."""
        with refused(INVALID, "CUSTOM_AUTH is not enabled for the client."):
            only("ALLOW_USER_SRP_AUTH").initiate("CUSTOM_AUTH", USERNAME="alice")

    @pytest.mark.fact("A110")
    def test_custom_without_triggers_is_refused(self, only: Any) -> None:
        """CUSTOM_AUTH is refused if it is allowed but no trigger defines it."""
        text = "Custom auth lambda trigger is not configured for the user pool."
        with refused(INVALID, text):
            only("ALLOW_CUSTOM_AUTH").initiate("CUSTOM_AUTH", USERNAME="alice")

    @pytest.mark.fact("A111", "A319")
    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_admin_password_needs_its_flow(self, only: Any, flow: str) -> None:
        """ADMIN_USER_PASSWORD_AUTH is refused if the client does not allow it."""
        walker = only("ALLOW_USER_PASSWORD_AUTH", admin=True)
        with refused(INVALID, "Auth flow not enabled for this client"):
            walker.initiate(flow, USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
    def test_refresh_needs_its_flow(self, only: Any, flow: str) -> None:
        """A refresh is refused if the client has only other ALLOW_ values."""
        with refused(INVALID, "Auth flow not enabled for this client"):
            only("ALLOW_USER_PASSWORD_AUTH").initiate(flow, REFRESH_TOKEN="a.b.c.d.e")

    @pytest.mark.fact("A105")
    def test_client_without_flows_has_defaults(self, only: Any) -> None:
        """A client without ExplicitAuthFlows allows only SRP, custom and refresh."""
        walker = only()
        assert walker.start_srp()["ChallengeName"] == "PASSWORD_VERIFIER"
        with refused(INVALID, "USER_PASSWORD_AUTH flow not enabled for this client"):
            walker.by_password()

    @pytest.mark.fact("A106", "A106b")
    def test_legacy_flows_allow_refresh_and_srp(self, only: Any) -> None:
        """With legacy values, refresh and SRP are always allowed."""
        walker = only("USER_PASSWORD_AUTH")
        tokens = tokens_of(walker.by_password())
        assert tokens_of(walker.by_srp())
        answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
        assert "AccessToken" in tokens_of(answer)

    def test_legacy_custom_only_allows_just_custom(self, only: Any) -> None:
        """CUSTOM_AUTH_FLOW_ONLY allows only custom authentication."""
        walker = only("CUSTOM_AUTH_FLOW_ONLY")
        with refused(INVALID, "USER_SRP_AUTH is not enabled for the client."):
            walker.start_srp()

    @pytest.mark.fact("A115")
    def test_legacy_admin_flow_works(self, only: Any) -> None:
        """ADMIN_NO_SRP_AUTH works as a setting and as a flow."""
        walker = only("ADMIN_NO_SRP_AUTH", admin=True)
        answer = walker.initiate("ADMIN_NO_SRP_AUTH", USERNAME="alice", PASSWORD=walker.password)
        assert tokens_of(answer)


class TestMethods:
    """Which of the two operations takes which flow."""

    @pytest.mark.fact("A112")
    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_initiate_auth_refuses_admin_flows(self, engine: Engine, flow: str) -> None:
        """InitiateAuth refuses the administrators' flows."""
        walker = new_walker(engine)
        with refused(INVALID, "Initiate Auth method not supported"):
            walker.initiate(flow, USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.fact("A112")
    def test_admin_initiate_auth_refuses_user_password(self, engine: Engine) -> None:
        """AdminInitiateAuth refuses USER_PASSWORD_AUTH."""
        walker = new_walker(engine, admin=True)
        with refused(INVALID, "Initiate Auth method not supported"):
            walker.initiate("USER_PASSWORD_AUTH", USERNAME="alice", PASSWORD=walker.password)

    @pytest.mark.fact("A113", "D045")
    def test_admin_initiate_auth_takes_user_srp(self, engine: Engine) -> None:
        """AdminInitiateAuth answers USER_SRP_AUTH with PASSWORD_VERIFIER."""
        walker = new_walker(engine, admin=True)
        assert walker.start_srp()["ChallengeName"] == "PASSWORD_VERIFIER"
        assert tokens_of(walker.by_srp())


class TestParameters:
    """Missing parameters are named; null or empty counts as missing."""

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
    def test_missing_parameter_is_named(
        self, engine: Engine, flow: str, given: dict[str, str | None], missing: str
    ) -> None:
        """The refusal of a missing AuthParameter names it."""
        walker = new_walker(engine)
        with refused(INVALID, f"Missing required parameter {missing}"):
            walker.initiate(flow, **given)

    def test_missing_auth_parameters_are_refused(self, engine: Engine) -> None:
        """A request without AuthParameters is refused for a missing parameter."""
        walker = new_walker(engine)
        with refused(INVALID, "Missing required parameter USERNAME"):
            walker.call("InitiateAuth", ClientId=walker.client_id, AuthFlow="USER_PASSWORD_AUTH")

    @pytest.mark.fact("A027")
    def test_unknown_client_is_refused(self, engine: Engine) -> None:
        """An unknown ClientId is refused."""
        walker = new_walker(engine)
        walker.client_id = "0" * 26
        with refused("ResourceNotFoundException", f"User pool client {'0' * 26} does not exist."):
            walker.by_password()

    @pytest.mark.fact("A027")
    def test_client_of_another_pool_is_refused(self, engine: Engine) -> None:
        """An administrator cannot use the client of another pool."""
        walker = new_walker(engine, admin=True)
        client_id = new_client(engine, new_pool(engine))["ClientId"]
        walker.client_id = client_id
        text = f"User pool client {client_id} does not exist."
        with refused("ResourceNotFoundException", text):
            walker.by_password()


def missing_hash(walker: Walker) -> str:
    """Return the message for a missing SECRET_HASH."""
    return f"Client {walker.client_id} is configured with secret but SECRET_HASH was not received"


class TestSecretHash:
    """A client with a secret needs SECRET_HASH in every request."""

    @pytest.fixture
    def walker(self, engine: Engine) -> Walker:
        """A user of a client with a secret."""
        return new_walker(engine, client_settings={"GenerateSecret": True})

    @pytest.mark.fact("A123")
    def test_right_hash_signs_in(self, walker: Walker) -> None:
        """With the hash over the given name, both flows sign in."""
        assert tokens_of(walker.by_password())
        assert tokens_of(walker.by_srp())

    @pytest.mark.fact("A120")
    @pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"])
    def test_missing_hash_is_refused_first(self, walker: Walker, flow: str) -> None:
        """A missing hash is refused before the user is looked up."""
        text = missing_hash(walker)
        given = {"USERNAME": "nobody", "PASSWORD": "x", "SRP_A": "ab", "SECRET_HASH": None}
        with refused(NOT_AUTHORIZED, text):
            walker.initiate(flow, **given)

    @pytest.mark.fact("A121", "A308", "D049")
    def test_wrong_hash_is_refused(self, walker: Walker) -> None:
        """A hash over another name is refused."""
        text = f"Unable to verify secret hash for client {walker.client_id}"
        with refused(NOT_AUTHORIZED, text):
            walker.by_password(SECRET_HASH=walker.secret_hash("bob"))

    @pytest.mark.fact("A124")
    def test_every_challenge_response_needs_the_hash(self, walker: Walker) -> None:
        """A response without the hash is refused, and the challenge stays open."""
        proof = walker.proof(walker.start_srp())
        text = missing_hash(walker)
        with refused(NOT_AUTHORIZED, text):
            walker.respond("PASSWORD_VERIFIER", **proof, SECRET_HASH=None)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("A122")
    def test_refresh_needs_the_hash_over_the_sub_in_email_pools(self, engine: Engine) -> None:
        """In email pools a refresh needs the hash over the sub, not over the address."""
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
    def test_refresh_without_hash_is_refused(self, walker: Walker) -> None:
        """A refresh without the hash is refused."""
        token = tokens_of(walker.by_password())["RefreshToken"]
        text = missing_hash(walker)
        with refused(NOT_AUTHORIZED, text):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token, SECRET_HASH=None)

    @pytest.mark.fact("A120")
    def test_refresh_without_hash_is_refused_before_the_token(self, walker: Walker) -> None:
        """A missing hash is refused before the token is checked."""
        with refused(NOT_AUTHORIZED, missing_hash(walker)):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN="x", SECRET_HASH=None)


class TestUserAuth:
    """USER_AUTH in a pool that allows passwords only."""

    @pytest.mark.fact("A185", "A186", "N016b")
    def test_available_factors_are_offered(self, engine: Engine) -> None:
        """Without a preference the available first factors are offered."""
        answer = new_walker(engine).initiate("USER_AUTH", USERNAME="alice")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        assert len(answer["Session"]) > 20

    @pytest.mark.fact("A189", "A142")
    def test_password_signs_in_once(self, engine: Engine) -> None:
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
    def test_wrong_password_keeps_the_session(self, engine: Engine) -> None:
        """A wrong password is refused, and the session can be used again."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Incorrect username or password."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD="wrong")
        answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **answer))

    @pytest.mark.fact("A189", "A142")
    def test_srp_leads_to_password_verifier_once(self, engine: Engine) -> None:
        """PASSWORD_SRP leads to PASSWORD_VERIFIER, and only once."""
        walker = new_walker(engine)
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        answer = {"ANSWER": "PASSWORD_SRP", "SRP_A": walker.exchange.public_hex}
        challenge = walker.respond("SELECT_CHALLENGE", session, **answer)
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            walker.respond("SELECT_CHALLENGE", session, **answer)
        proof = walker.proof(challenge)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))

    @pytest.mark.fact("A185")
    def test_preferred_password_is_used_at_once(self, engine: Engine) -> None:
        """A preferred PASSWORD is checked at once, and the list is still returned."""
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
    def test_preferred_srp_is_used_at_once(self, engine: Engine) -> None:
        """A preferred PASSWORD_SRP leads to PASSWORD_VERIFIER at once."""
        walker = new_walker(engine)
        challenge = walker.initiate(
            "USER_AUTH",
            USERNAME="alice",
            PREFERRED_CHALLENGE="PASSWORD_SRP",
            SRP_A=walker.exchange.public_hex,
        )
        proof = walker.proof(challenge)
        assert tokens_of(walker.respond("PASSWORD_VERIFIER", challenge["Session"], **proof))

    @pytest.mark.fact("A118", "A190")
    def test_lite_pool_refuses_user_auth(self, engine: Engine) -> None:
        """USER_AUTH needs a higher plan than Lite."""
        walker = new_walker(engine, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            walker.initiate("USER_AUTH", USERNAME="alice")

    @pytest.mark.fact("A127")
    def test_unconfirmed_user_is_refused_first(self, engine: Engine) -> None:
        """An unconfirmed user is refused before factors are offered."""
        walker = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException", "User is not confirmed."):
            walker.initiate("USER_AUTH", USERNAME="alice")

    def test_alias_and_username_may_both_be_used(self, engine: Engine) -> None:
        """The sign-in may begin with an alias and continue with the username."""
        walker = new_walker(engine, AliasAttributes=["email"])
        session = walker.initiate("USER_AUTH", USERNAME="alice@example.com")["Session"]
        answer = {"ANSWER": "PASSWORD", "PASSWORD": walker.password}
        assert tokens_of(walker.respond("SELECT_CHALLENGE", session, **answer))

    @pytest.mark.fact("A117")
    def test_missing_session_is_refused(self, engine: Engine) -> None:
        """The challenge response needs its Session."""
        walker = new_walker(engine)
        with refused(INVALID, "Missing required parameter Session"):
            walker.respond("SELECT_CHALLENGE", ANSWER="PASSWORD", PASSWORD=walker.password)

    @pytest.mark.fact("A179")
    def test_session_of_another_challenge_is_refused(self, engine: Engine) -> None:
        """A Session of another challenge does not take a first factor."""
        walker = new_walker(engine, mfa="ON")
        session = walker.by_password()["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=walker.password)

    def test_unknown_user_gets_the_same_offer(self, engine: Engine) -> None:
        """If existence is hidden, an unknown user gets the same offer and then no tokens."""
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
    def test_session_of_another_user_is_refused(self, engine: Engine) -> None:
        """One user's session does not sign in another."""
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

"""CUSTOM_AUTH: challenges that the user's own triggers define, create and verify."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.custom import answer, begin, through
from tests.emulator.support.expect import refused
from tests.emulator.support.handlers import Quiz, Recorder, engine_with, raising_once
from tests.emulator.support.walker import Walker, claims_of, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
WRONG = "Incorrect username or password."
METADATA = {"tenant": "blue"}
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture
def quiz() -> Quiz:
    """Two questions."""
    return Quiz("one", "two")


@pytest.fixture
def engine(quiz: Quiz) -> Engine:
    """An engine where the quiz signs in."""
    return engine_with(**quiz.triggers())


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a pool without MFA and tracking."""
    return new_walker(engine)


class TestRounds:
    """Define, Create and Verify take turns until Define is content."""

    @pytest.mark.fact("A181")
    def test_a_challenge(self, walker: Walker) -> None:
        """It has the public parameters, the user name and a session, and nothing private."""
        challenge = begin(walker)
        assert challenge.pop("Session")
        assert challenge == {
            "ChallengeName": "CUSTOM_CHALLENGE",
            "ChallengeParameters": {"question": "number 0", "USERNAME": "alice"},
        }

    @pytest.mark.fact("A180", "A181")
    @pytest.mark.parametrize("admin", [False, True])
    def test_to_the_end(self, engine: Engine, admin: bool) -> None:
        """Right answers lead to tokens, each round by a session of its own."""
        walker = new_walker(engine, admin=admin)
        first = begin(walker)
        second = answer(walker, first, "one")
        assert second["ChallengeParameters"]["question"] == "number 1"
        assert second["Session"] != first["Session"]
        tokens = tokens_of(answer(walker, second, "two"))
        assert claims_of(tokens["AccessToken"])["username"] == "alice"
        assert "RefreshToken" in tokens

    @pytest.mark.fact("A182")
    def test_what_define_is_told(self, quiz: Quiz, walker: Walker) -> None:
        """One entry for each round, with result and name; none for the pending one."""
        first = begin(walker)
        again = answer(walker, first, "wrong")
        answer(walker, again, "one")
        wrong, right = (
            {
                "challengeName": "CUSTOM_CHALLENGE",
                "challengeResult": result,
                "challengeMetadata": "QUESTION-0",
            }
            for result in (False, True)
        )
        assert quiz.sessions == [[], [wrong], [wrong, right]]
        created = [event["request"]["session"] for event in quiz.created]
        assert created == quiz.sessions

    def test_events(self, quiz: Quiz, walker: Walker) -> None:
        """Each trigger is told what it needs, and nothing of what is another's."""
        challenge = begin(walker)
        answer(walker, challenge, "one")
        define, create, verify = quiz.defined[0], quiz.created[0], quiz.verified[0]
        assert [event["triggerSource"] for event in (define, create, verify)] == [
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication",
            "VerifyAuthChallengeResponse_Authentication",
        ]
        assert define["request"].keys() == {"userAttributes", "session"}
        assert create["request"].keys() == {"userAttributes", "challengeName", "session"}
        assert create["request"]["challengeName"] == "CUSTOM_CHALLENGE"
        del verify["request"]["userAttributes"]
        assert verify["request"] == {
            "privateChallengeParameters": {"answer": "one"},
            "challengeAnswer": "one",
        }

    def test_client_metadata(self, quiz: Quiz, walker: Walker) -> None:
        """Metadata of the answer reaches the triggers, metadata of the beginning does not."""
        challenge = walker.call(
            "InitiateAuth",
            ClientId=walker.client_id,
            AuthFlow="CUSTOM_AUTH",
            AuthParameters={"USERNAME": "alice"},
            ClientMetadata=METADATA,
        )
        walker.call(
            "RespondToAuthChallenge",
            ClientId=walker.client_id,
            ChallengeName="CUSTOM_CHALLENGE",
            ChallengeResponses={"USERNAME": "alice", "ANSWER": "one"},
            Session=challenge["Session"],
            ClientMetadata=METADATA,
        )
        told = [event["request"].get("clientMetadata") for event in quiz.defined]
        assert told == [None, METADATA]
        assert quiz.verified[0]["request"]["clientMetadata"] == METADATA

    @pytest.mark.fact("A183")
    def test_failing(self, walker: Walker) -> None:
        """When Define gives up, so does the sign-in."""
        challenge = begin(walker)
        for _ in range(2):
            challenge = answer(walker, challenge, "wrong")
        with refused(NOT_AUTHORIZED, WRONG):
            answer(walker, challenge, "wrong")

    @pytest.mark.fact("A181")
    def test_as_many_tries_as_define_permits(self) -> None:
        """The service itself counts no wrong answers, and locks nobody out."""
        walker = new_walker(engine_with(**Quiz("one", tries=99).triggers()))
        challenge = begin(walker)
        for _ in range(20):
            challenge = answer(walker, challenge, "wrong")
        tokens_of(answer(walker, challenge, "one"))
        tokens_of(walker.by_password())

    def test_tokens_at_once(self) -> None:
        """Define may let tokens be issued without any challenge."""
        define = Recorder({"issueTokens": True, "failAuthentication": False})
        tokens_of(begin(new_walker(engine_with(define_auth_challenge=define))))

    def test_failure_wins(self) -> None:
        """To fail and to issue tokens is to fail."""
        define = Recorder({"issueTokens": True, "failAuthentication": True})
        walker = new_walker(engine_with(define_auth_challenge=define))
        with refused(NOT_AUTHORIZED, WRONG):
            begin(walker)

    def test_an_answer_that_nobody_judged(self) -> None:
        """A Verify that leaves its answer null has not found it right."""
        quiz = Quiz("one", tries=1)
        triggers = {**quiz.triggers(), "verify_auth_challenge_response": Recorder()}
        walker = new_walker(engine_with(**triggers))
        challenge = begin(walker)
        with refused(NOT_AUTHORIZED, WRONG):
            answer(walker, challenge, "one")

    def test_parameters_without_content(self) -> None:
        """A Create that says nothing makes a challenge with the user name only."""
        quiz = Quiz("one")
        triggers = {**quiz.triggers(), "create_auth_challenge": Recorder()}
        challenge = begin(new_walker(engine_with(**triggers)))
        assert challenge["ChallengeParameters"] == {"USERNAME": "alice"}

    @pytest.mark.fact("A110")
    @pytest.mark.parametrize("missing", list(Quiz("x").triggers()))
    def test_a_trigger_is_missing(self, missing: str) -> None:
        """A flow that needs a trigger which nobody gave is refused."""
        triggers = Quiz("one").triggers()
        del triggers[missing]
        walker = new_walker(engine_with(**triggers))
        text = "Custom auth lambda trigger is not configured for the user pool."
        with refused("InvalidParameterException", text):
            answer(walker, begin(walker), "one")

    def test_a_client_secret(self, engine: Engine) -> None:
        """Each step needs SECRET_HASH where the client has a secret."""
        walker = new_walker(engine, client_settings={"GenerateSecret": True})
        tokens_of(through(walker, begin(walker)))
        challenge = begin(walker)
        with refused(NOT_AUTHORIZED):
            answer(walker, challenge, "one", SECRET_HASH="wrong")

    def test_an_alias(self, engine: Engine) -> None:
        """An address that signs in leads to the user's own name."""
        walker = new_walker(engine, AliasAttributes=["email"])
        challenge = begin(walker, USERNAME="alice@example.com")
        assert challenge["ChallengeParameters"]["USERNAME"] == "alice"
        challenge = answer(walker, challenge, "one", USERNAME="alice@example.com")
        tokens_of(answer(walker, challenge, "two"))


class TestSessions:
    """The sessions of custom challenges are as strict as any."""

    def test_missing_parts(self, walker: Walker) -> None:
        """Session and ANSWER are needed, and the session survives their absence."""
        challenge = begin(walker)
        with refused("InvalidParameterException", "Missing required parameter Session"):
            walker.respond("CUSTOM_CHALLENGE", ANSWER="one")
        with refused("InvalidParameterException", "Missing required parameter ANSWER"):
            walker.respond("CUSTOM_CHALLENGE", challenge["Session"])
        answer(walker, challenge, "one")

    @pytest.mark.fact("A181", "A142")
    @pytest.mark.parametrize("text", ["one", "wrong"])
    def test_once_only(self, walker: Walker, text: str) -> None:
        """An answer spends the session, whether it is right or not."""
        challenge = begin(walker)
        answer(walker, challenge, text)
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            answer(walker, challenge, "one")

    @pytest.mark.fact("A184")
    def test_spent_by_a_triggers_error(self) -> None:
        """After an error of a trigger the same session is of no more use."""
        quiz = Quiz("one")
        verify = raising_once(ValueError("late"))
        walker = new_walker(
            engine_with(**{**quiz.triggers(), "verify_auth_challenge_response": verify})
        )
        challenge = begin(walker)
        with refused("UserLambdaValidationException"):
            answer(walker, challenge, "one")
        with refused(NOT_AUTHORIZED):
            answer(walker, challenge, "one")

    def test_expired(self, walker: Walker) -> None:
        """A challenge is answered within AuthSessionValidity."""
        challenge = begin(walker)
        walker.engine.clock.advance(180)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            answer(walker, challenge, "one")

    def test_foreign(self, engine: Engine, walker: Walker) -> None:
        """Neither another user nor another client has any use for it."""
        bob = new_walker(engine, username="bob", pool_id=walker.user_pool_id)
        other = new_client(engine, walker.user_pool_id)["ClientId"]
        elsewhere = Walker(engine, walker.user_pool_id, other)
        challenge = begin(walker)
        for stranger in (bob, elsewhere):
            with refused(NOT_AUTHORIZED, "Invalid session for the user."):
                answer(stranger, challenge, "one")
        answer(walker, challenge, "one")

    def test_of_another_challenge(self, walker: Walker) -> None:
        """A session that stands for another question answers none of these."""
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("CUSTOM_CHALLENGE", session, ANSWER="one")
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("SELECT_CHALLENGE", begin(walker)["Session"], ANSWER="PASSWORD")


class TestUsers:
    """Who may sign in by custom challenges."""

    def test_unknown_and_told(self, quiz: Quiz, walker: Walker) -> None:
        """Where existence is not hidden, an unknown name is refused before any trigger."""
        with refused("UserNotFoundException", "User does not exist."):
            begin(walker, USERNAME="nobody")
        assert quiz.defined == []

    def test_unknown_and_hidden(self, quiz: Quiz, engine: Engine) -> None:
        """Nobody walks the same way as everybody, and gets no tokens at its end."""
        walker = new_walker(engine, client_settings=HIDING)
        challenge = begin(walker, USERNAME="nobody")
        assert challenge["ChallengeParameters"]["USERNAME"] == "nobody"
        challenge = answer(walker, challenge, "one", USERNAME="nobody")
        with refused(NOT_AUTHORIZED, WRONG):
            answer(walker, challenge, "two", USERNAME="nobody")
        for event in (*quiz.defined, *quiz.created, *quiz.verified):
            assert event["userName"] == "nobody"
            assert event["request"]["userNotFound"] is True
            assert event["request"]["userAttributes"] == {}

    def test_nobodys_session_is_nobodys(self, engine: Engine) -> None:
        """A session for an unknown name helps no known user."""
        walker = new_walker(engine, client_settings=HIDING)
        challenge = begin(walker, USERNAME="nobody")
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            answer(walker, challenge, "one", USERNAME="alice")

    def test_known_and_hidden(self, quiz: Quiz, engine: Engine) -> None:
        """Triggers are told that a known user is known."""
        walker = new_walker(engine, client_settings=HIDING)
        tokens_of(through(walker, begin(walker)))
        assert quiz.defined[0]["request"]["userNotFound"] is False

    def test_states(self, engine: Engine) -> None:
        """Unconfirmed and disabled users may not begin."""
        unconfirmed = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException"):
            begin(unconfirmed)
        disabled = new_walker(engine)
        disabled.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            begin(disabled)

    def test_a_temporary_password_is_no_hindrance(self, engine: Engine, walker: Walker) -> None:
        """Without a password there is none to change.

        https://github.com/aws-samples/amazon-cognito-passwordless-auth/issues/194
        """
        walker.call("AdminCreateUser", UserPoolId=walker.user_pool_id, Username="bob")
        bob = Walker(engine, walker.user_pool_id, walker.client_id, "bob")
        tokens_of(through(bob, begin(bob)))

    @pytest.mark.parametrize(
        ("operation", "text"),
        [
            ("AdminDisableUser", "User is disabled."),
            ("AdminDeleteUser", "Invalid session for the user."),
        ],
    )
    def test_lost_on_the_way(self, walker: Walker, operation: str, text: str) -> None:
        """Who is disabled or deleted between two rounds gets no further."""
        challenge = answer(walker, begin(walker), "one")
        walker.administer(operation)
        with refused(NOT_AUTHORIZED, text):
            answer(walker, challenge, "two")

    @pytest.mark.parametrize(
        ("operation", "text"),
        [("AdminDisableUser", "User is disabled."), ("AdminDeleteUser", WRONG)],
    )
    def test_lost_to_a_trigger(self, operation: str, text: str) -> None:
        """A trigger that gets rid of the user gets rid of the sign-in, whatever it answers."""

        def define(event: Any, context: Any) -> Any:
            victim.administer(operation)
            event["response"]["issueTokens"] = True
            return event

        victim = new_walker(engine_with(define_auth_challenge=define))
        with refused(NOT_AUTHORIZED, text):
            begin(victim)


def test_other_triggers_take_part() -> None:
    """PostAuthentication and PreTokenGeneration come at the end of a custom sign-in too."""
    after, tokens = Recorder(), Recorder()
    triggers: dict[str, Callable[..., Any]] = Quiz("one").triggers()
    engine = engine_with(**triggers, post_authentication=after, pre_token_generation=tokens)
    walker = new_walker(engine)
    challenge = begin(walker)
    assert after.events == tokens.events == []
    tokens_of(answer(walker, challenge, "one"))
    assert (len(after.events), len(tokens.events)) == (1, 1)

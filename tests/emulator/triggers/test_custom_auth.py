"""CUSTOM_AUTH: challenges that a pool's triggers define, create and verify."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.custom_sign_in import answer, answer_both, begin
from tests.emulator.support.expect import refused
from tests.emulator.support.trigger_handlers import Quiz, Recorder, engine_with, raising_once
from tests.emulator.support.walker import Walker, claims_of, new_client, new_walker, tokens_of

NOT_AUTHORIZED = "NotAuthorizedException"
WRONG = "Incorrect username or password."
METADATA = {"tenant": "blue"}
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


@pytest.fixture
def quiz() -> Quiz:
    """A quiz of two questions."""
    return Quiz("one", "two")


@pytest.fixture
def engine(quiz: Quiz) -> Engine:
    """An engine with the quiz as its triggers."""
    return engine_with(**quiz.triggers())


@pytest.fixture
def walker(engine: Engine) -> Walker:
    """A user of a pool without MFA and tracking."""
    return new_walker(engine)


class TestRounds:
    """Define, Create and Verify take turns until Define issues tokens."""

    @pytest.mark.fact("A181", "M128")
    def test_challenge_has_only_public_parameters(self, walker: Walker) -> None:
        """A challenge has the public parameters, the username and a session."""
        challenge = begin(walker)
        assert challenge.pop("Session")
        assert challenge == {
            "ChallengeName": "CUSTOM_CHALLENGE",
            "ChallengeParameters": {"question": "number 0", "USERNAME": "alice"},
        }

    @pytest.mark.fact("A180", "A181")
    @pytest.mark.parametrize("admin", [False, True])
    def test_right_answers_lead_to_tokens(self, engine: Engine, admin: bool) -> None:
        """Right answers lead to tokens, and each round has its own session."""
        walker = new_walker(engine, admin=admin)
        first = begin(walker)
        second = answer(walker, first, "one")
        assert second["ChallengeParameters"]["question"] == "number 1"
        assert second["Session"] != first["Session"]
        tokens = tokens_of(answer(walker, second, "two"))
        assert claims_of(tokens["AccessToken"])["username"] == "alice"
        assert "RefreshToken" in tokens

    @pytest.mark.fact("A182")
    def test_define_gets_all_past_rounds(self, quiz: Quiz, walker: Walker) -> None:
        """Define gets name and result of each past round, and nothing of the pending one."""
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

    def test_each_trigger_gets_its_own_members(self, quiz: Quiz, walker: Walker) -> None:
        """Each event has the members of its trigger and no others."""
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

    @pytest.mark.fact("M129")
    def test_client_metadata_of_responses_reaches_triggers(
        self, quiz: Quiz, walker: Walker
    ) -> None:
        """ClientMetadata of RespondToAuthChallenge reaches triggers, that of InitiateAuth not."""
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

    @pytest.mark.fact("A183", "M128")
    def test_define_can_fail_the_sign_in(self, walker: Walker) -> None:
        """If Define fails the authentication, the sign-in is refused."""
        challenge = begin(walker)
        for _ in range(2):
            challenge = answer(walker, challenge, "wrong")
        with refused(NOT_AUTHORIZED, WRONG):
            answer(walker, challenge, "wrong")

    @pytest.mark.fact("A181")
    def test_define_alone_limits_the_tries(self) -> None:
        """Cognito itself counts no wrong answers and locks no user."""
        walker = new_walker(engine_with(**Quiz("one", tries=99).triggers()))
        challenge = begin(walker)
        for _ in range(20):
            challenge = answer(walker, challenge, "wrong")
        tokens_of(answer(walker, challenge, "one"))
        tokens_of(walker.by_password())

    def test_define_may_issue_tokens_at_once(self) -> None:
        """Define may issue tokens without any challenge."""
        define = Recorder({"issueTokens": True, "failAuthentication": False})
        tokens_of(begin(new_walker(engine_with(define_auth_challenge=define))))

    def test_failure_takes_precedence_over_tokens(self) -> None:
        """If Define both fails and issues tokens, the sign-in fails."""
        define = Recorder({"issueTokens": True, "failAuthentication": True})
        walker = new_walker(engine_with(define_auth_challenge=define))
        with refused(NOT_AUTHORIZED, WRONG):
            begin(walker)

    def test_null_answer_correct_is_wrong(self) -> None:
        """If Verify leaves answerCorrect null, the answer is wrong."""
        quiz = Quiz("one", tries=1)
        triggers = {**quiz.triggers(), "verify_auth_challenge_response": Recorder()}
        walker = new_walker(engine_with(**triggers))
        challenge = begin(walker)
        with refused(NOT_AUTHORIZED, WRONG):
            answer(walker, challenge, "one")

    def test_create_without_parameters_gives_only_the_username(self) -> None:
        """If Create sets no parameters, the challenge has only the username."""
        quiz = Quiz("one")
        triggers = {**quiz.triggers(), "create_auth_challenge": Recorder()}
        challenge = begin(new_walker(engine_with(**triggers)))
        assert challenge["ChallengeParameters"] == {"USERNAME": "alice"}

    @pytest.mark.fact("A110")
    @pytest.mark.parametrize("missing", list(Quiz("x").triggers()))
    def test_missing_trigger_is_refused(self, missing: str) -> None:
        """A flow that needs a missing trigger is refused."""
        triggers = Quiz("one").triggers()
        del triggers[missing]
        walker = new_walker(engine_with(**triggers))
        text = "Custom auth lambda trigger is not configured for the user pool."
        with refused("InvalidParameterException", text):
            answer(walker, begin(walker), "one")

    def test_every_step_needs_the_secret_hash(self, engine: Engine) -> None:
        """Each step needs SECRET_HASH if the client has a secret."""
        walker = new_walker(engine, client_settings={"GenerateSecret": True})
        tokens_of(answer_both(walker, begin(walker)))
        challenge = begin(walker)
        with refused(NOT_AUTHORIZED):
            answer(walker, challenge, "one", SECRET_HASH="wrong")

    def test_alias_becomes_the_username(self, engine: Engine) -> None:
        """A sign-in by alias gives the triggers the username."""
        walker = new_walker(engine, AliasAttributes=["email"])
        challenge = begin(walker, USERNAME="alice@example.com")
        assert challenge["ChallengeParameters"]["USERNAME"] == "alice"
        challenge = answer(walker, challenge, "one", USERNAME="alice@example.com")
        tokens_of(answer(walker, challenge, "two"))


class TestSessions:
    """The rules for sessions of custom challenges are those of all sessions."""

    def test_missing_session_or_answer_is_refused(self, walker: Walker) -> None:
        """Session and ANSWER are required, and their absence does not use up the session."""
        challenge = begin(walker)
        with refused("InvalidParameterException", "Missing required parameter Session"):
            walker.respond("CUSTOM_CHALLENGE", ANSWER="one")
        with refused("InvalidParameterException", "Missing required parameter ANSWER"):
            walker.respond("CUSTOM_CHALLENGE", challenge["Session"])
        answer(walker, challenge, "one")

    @pytest.mark.fact("A181", "A142")
    @pytest.mark.parametrize("text", ["one", "wrong"])
    def test_session_works_once(self, walker: Walker, text: str) -> None:
        """An answer uses up the session, right or wrong."""
        challenge = begin(walker)
        answer(walker, challenge, text)
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            answer(walker, challenge, "one")

    @pytest.mark.fact("A184")
    def test_trigger_error_uses_up_the_session(self) -> None:
        """After an error of a trigger the same session is refused."""
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

    def test_challenge_expires(self, walker: Walker) -> None:
        """A challenge must be answered within AuthSessionValidity."""
        challenge = begin(walker)
        walker.engine.clock.advance(180)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            answer(walker, challenge, "one")

    def test_session_of_another_user_or_client_is_refused(
        self, engine: Engine, walker: Walker
    ) -> None:
        """The session is refused for another user and at another client."""
        bob = new_walker(engine, username="bob", pool_id=walker.user_pool_id)
        other = new_client(engine, walker.user_pool_id)["ClientId"]
        elsewhere = Walker(engine, walker.user_pool_id, other)
        challenge = begin(walker)
        for stranger in (bob, elsewhere):
            with refused(NOT_AUTHORIZED, "Invalid session for the user."):
                answer(stranger, challenge, "one")
        answer(walker, challenge, "one")

    def test_session_of_another_challenge_is_refused(self, walker: Walker) -> None:
        """Sessions of other challenges and of custom ones are not interchangeable."""
        session = walker.initiate("USER_AUTH", USERNAME="alice")["Session"]
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("CUSTOM_CHALLENGE", session, ANSWER="one")
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            walker.respond("SELECT_CHALLENGE", begin(walker)["Session"], ANSWER="PASSWORD")


class TestUsers:
    """Which users may sign in by custom challenges."""

    def test_unknown_user_is_refused_before_any_trigger(self, quiz: Quiz, walker: Walker) -> None:
        """If existence is not hidden, an unknown user is refused before any trigger runs."""
        with refused("UserNotFoundException", "User does not exist."):
            begin(walker, USERNAME="nobody")
        assert quiz.defined == []

    def test_hidden_unknown_user_gets_challenges_but_no_tokens(
        self, quiz: Quiz, engine: Engine
    ) -> None:
        """If existence is hidden, an unknown user gets the challenges and finally no tokens."""
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

    def test_session_of_an_unknown_user_is_refused_for_a_known_one(self, engine: Engine) -> None:
        """A session for an unknown name does not sign in a known user."""
        walker = new_walker(engine, client_settings=HIDING)
        challenge = begin(walker, USERNAME="nobody")
        with refused(NOT_AUTHORIZED, "Invalid session for the user."):
            answer(walker, challenge, "one", USERNAME="alice")

    def test_triggers_get_user_not_found_false_for_a_known_user(
        self, quiz: Quiz, engine: Engine
    ) -> None:
        """If existence is hidden, userNotFound is false for a known user."""
        walker = new_walker(engine, client_settings=HIDING)
        tokens_of(answer_both(walker, begin(walker)))
        assert quiz.defined[0]["request"]["userNotFound"] is False

    def test_unconfirmed_and_disabled_users_are_refused(self, engine: Engine) -> None:
        """Unconfirmed and disabled users cannot begin."""
        unconfirmed = new_walker(engine, confirmed=False)
        with refused("UserNotConfirmedException"):
            begin(unconfirmed)
        disabled = new_walker(engine)
        disabled.administer("AdminDisableUser")
        with refused(NOT_AUTHORIZED, "User is disabled."):
            begin(disabled)

    def test_user_with_temporary_password_signs_in(self, engine: Engine, walker: Walker) -> None:
        """A sign-in without a password does not ask for a new one.

        https://github.com/aws-samples/amazon-cognito-passwordless-auth/issues/194
        """
        walker.call("AdminCreateUser", UserPoolId=walker.user_pool_id, Username="bob")
        bob = Walker(engine, walker.user_pool_id, walker.client_id, "bob")
        tokens_of(answer_both(bob, begin(bob)))

    @pytest.mark.parametrize(
        ("operation", "text"),
        [
            ("AdminDisableUser", "User is disabled."),
            ("AdminDeleteUser", "Invalid session for the user."),
        ],
    )
    def test_user_disabled_or_deleted_between_rounds_is_refused(
        self, walker: Walker, operation: str, text: str
    ) -> None:
        """A user who is disabled or deleted between two rounds is refused."""
        challenge = answer(walker, begin(walker), "one")
        walker.administer(operation)
        with refused(NOT_AUTHORIZED, text):
            answer(walker, challenge, "two")

    @pytest.mark.parametrize(
        ("operation", "text"),
        [("AdminDisableUser", "User is disabled."), ("AdminDeleteUser", WRONG)],
    )
    def test_user_disabled_or_deleted_by_a_trigger_is_refused(
        self, operation: str, text: str
    ) -> None:
        """If a trigger disables or deletes the user, the sign-in fails, whatever it returns."""

        def define(event: Any, context: Any) -> Any:
            victim.administer(operation)
            event["response"]["issueTokens"] = True
            return event

        victim = new_walker(engine_with(define_auth_challenge=define))
        with refused(NOT_AUTHORIZED, text):
            begin(victim)


def test_final_triggers_run() -> None:
    """PostAuthentication and PreTokenGeneration run at the end of a custom sign-in too."""
    after, tokens = Recorder(), Recorder()
    triggers: dict[str, Callable[..., Any]] = Quiz("one").triggers()
    engine = engine_with(**triggers, post_authentication=after, pre_token_generation=tokens)
    walker = new_walker(engine)
    challenge = begin(walker)
    assert after.events == tokens.events == []
    tokens_of(answer(walker, challenge, "one"))
    assert (len(after.events), len(tokens.events)) == (1, 1)

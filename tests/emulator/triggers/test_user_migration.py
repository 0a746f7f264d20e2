"""UserMigration: users come from another directory when they first sign in or forgot a password."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.migration import (
    BOB,
    CONFIRMED,
    HIDING,
    NOT_AUTHORIZED,
    NOT_FOUND,
    TOTP,
    UNKNOWN,
    WRONG,
    forget,
    shown,
    stranger,
)
from tests.emulator.support.trigger_handlers import (
    Recorder,
    engine_with,
    raising,
    returning,
)
from tests.emulator.support.walker import Walker, tokens_of


class TestSignIn:
    """The first sign-in of somebody whom only the other directory knows."""

    @pytest.mark.fact("T004", "T005")
    @pytest.mark.parametrize("admin", [False, True])
    def test_confirmed_user_signs_in_at_once(self, admin: bool) -> None:
        """The user is made with the attributes of the other directory, and gets tokens."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        walker.admin = admin
        tokens_of(walker.by_password())
        assert shown(walker) == ("CONFIRMED", BOB)
        assert recorder.sources == ["UserMigration_Authentication"]
        assert walker.engine.outbox.messages() == []

    @pytest.mark.fact("T004")
    def test_known_user_is_not_asked_for(self) -> None:
        """After the migration the pool's own record counts, and a wrong password is wrong."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        tokens_of(walker.by_password())
        tokens_of(walker.by_password())
        with refused(NOT_AUTHORIZED, WRONG):
            walker.by_password(PASSWORD=OTHER_PASSWORD)
        assert len(recorder.events) == 1

    @pytest.mark.fact("T006")
    def test_password_is_kept_whatever_the_policy(self) -> None:
        """The password of the other directory signs in by SRP later, even if it is too weak."""
        walker = stranger(engine_with(user_migration=Recorder(CONFIRMED)))
        walker.password = "weak"
        tokens_of(walker.by_password())
        proof = walker.proof(walker.start_srp())
        tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("T004")
    @pytest.mark.parametrize(("client", "code"), [({}, NOT_FOUND), (HIDING, None)])
    def test_srp_hands_over_no_password(self, client: dict[str, Any], code: str | None) -> None:
        """A sign-in by SRP migrates nobody: it has no password to hand over."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), client)
        if code is None:
            walker.start_srp()
        else:
            with refused(code, UNKNOWN):
                walker.start_srp()
        assert recorder.events == []

    @pytest.mark.fact("T024")
    def test_preferred_password_in_user_auth_migrates(self) -> None:
        """USER_AUTH with a password hands it over too."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        parameters = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
        tokens_of(walker.initiate("USER_AUTH", USERNAME="bob", **parameters))
        assert recorder.sources == ["UserMigration_Authentication"]

    @pytest.mark.fact("T004", "T024")
    @pytest.mark.parametrize("name", ["SELECT_CHALLENGE", "PASSWORD"])
    def test_chosen_password_in_user_auth_migrates(self, name: str) -> None:
        """A password in response to SELECT_CHALLENGE is handed over, and the session is used."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), HIDING)
        asked = walker.initiate("USER_AUTH", USERNAME="bob")
        response = {"session": asked["Session"], "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        tokens_of(walker.respond(name, **response))
        assert shown(walker) == ("CONFIRMED", BOB)
        assert recorder.sources == ["UserMigration_Authentication"]
        with refused(NOT_AUTHORIZED):
            walker.respond(name, **response)

    @pytest.mark.fact("T010", "T024")
    def test_chosen_password_that_is_wrong_migrates_nobody(self) -> None:
        """The session still takes the right password afterwards."""
        recorder = Recorder(CONFIRMED)
        handlers: list[Any] = [raising(ValueError("Bad password")), recorder]
        walker = stranger(
            engine_with(user_migration=lambda event, context: handlers.pop(0)(event, context)),
            HIDING,
        )
        asked = walker.initiate("USER_AUTH", USERNAME="bob")
        response = {"session": asked["Session"], "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        with refused("UserLambdaValidationException"):
            walker.respond("SELECT_CHALLENGE", **response)
        tokens_of(walker.respond("SELECT_CHALLENGE", **response))

    @pytest.mark.fact("A142")
    def test_session_that_is_used_while_the_handler_runs_gives_no_tokens(self) -> None:
        """Of two responses with one session, only the first one signs in."""

        def again(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if not others:
                others.append({})
                others[0] = tokens_of(walker.respond("SELECT_CHALLENGE", **response))
            return {**event, "response": {**event["response"], **CONFIRMED}}

        others: list[dict[str, Any]] = []
        walker = stranger(engine_with(user_migration=again), HIDING)
        asked = walker.initiate("USER_AUTH", USERNAME="bob")
        response = {"session": asked["Session"], "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}
        with refused(
            NOT_AUTHORIZED, "Invalid session for the user, session can only be used once."
        ):
            walker.respond("SELECT_CHALLENGE", **response)
        assert others[0]["AccessToken"]

    @pytest.mark.fact("T013")
    def test_metadata_of_a_response_is_no_validation_data(self) -> None:
        """ClientMetadata of AdminRespondToAuthChallenge reaches the handler as clientMetadata."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), HIDING)
        walker.admin = True
        asked = walker.initiate("USER_AUTH", USERNAME="bob")
        walker.call(
            "AdminRespondToAuthChallenge",
            UserPoolId=walker.user_pool_id,
            ClientId=walker.client_id,
            ChallengeName="SELECT_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "bob", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
            ClientMetadata={"tenant": "blue"},
        )
        assert recorder.requests == [
            {
                "password": PASSWORD,
                "validationData": None,
                "clientMetadata": {"tenant": "blue"},
            }
        ]

    @pytest.mark.fact("N023", "T004")
    @pytest.mark.parametrize("preferred", ["PASSWORD_SRP", "EMAIL_OTP", None])
    def test_other_first_factors_migrate_nobody(self, preferred: str | None) -> None:
        """Without a password in the request nobody is asked for."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), HIDING)
        srp_a = walker.exchange.public_hex
        walker.initiate("USER_AUTH", USERNAME="bob", PREFERRED_CHALLENGE=preferred, SRP_A=srp_a)
        assert recorder.events == []

    @pytest.mark.fact("T005")
    @pytest.mark.parametrize("status", [None, "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"])
    def test_any_other_status_needs_a_new_password(self, status: str | None) -> None:
        """Unless the handler says CONFIRMED, the user has to set a new password first."""
        answer = {**CONFIRMED, "finalUserStatus": status}
        walker = stranger(engine_with(user_migration=Recorder(answer)))
        with refused("PasswordResetRequiredException"):
            walker.by_password()
        assert shown(walker)[0] == "RESET_REQUIRED"
        code = forget(walker) and walker.engine.outbox.messages()[0].code
        walker.call(
            "ConfirmForgotPassword",
            ClientId=walker.client_id,
            Username="bob",
            ConfirmationCode=code,
            Password=OTHER_PASSWORD,
        )
        tokens_of(walker.by_password(PASSWORD=OTHER_PASSWORD))

    def test_mfa_follows(self) -> None:
        """Where the pool demands MFA, a migrated user sets it up like any other."""
        engine = engine_with(user_migration=Recorder(CONFIRMED))
        walker = stranger(engine)
        walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **TOTP)
        assert walker.by_password()["ChallengeName"] == "MFA_SETUP"

    @pytest.mark.fact("T024")
    def test_other_triggers_run_as_for_any_user(self) -> None:
        """PreAuthentication and what follows see the new user; sign-up triggers do not run."""
        recorder = Recorder()
        others = ("pre_authentication", "post_authentication", "pre_token_generation")
        never = ("pre_sign_up", "post_confirmation", "custom_message")
        engine = engine_with(
            user_migration=Recorder(CONFIRMED), **dict.fromkeys((*others, *never), recorder)
        )
        walker = stranger(engine, HIDING)
        tokens_of(walker.by_password())
        assert recorder.sources == [
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]
        assert recorder.requests[0]["userNotFound"] is False
        assert recorder.requests[0]["userAttributes"]["email"] == "bob@example.com"

    @pytest.mark.fact("T013")
    def test_event_is_complete(self) -> None:
        """The event has name and password as they were sent, and ClientMetadata as validation."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        walker.call(
            "InitiateAuth",
            ClientId=walker.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD},
            ClientMetadata={"tenant": "blue"},
        )
        assert recorder.events == [
            {
                "version": "1",
                "region": "us-east-1",
                "userPoolId": walker.user_pool_id,
                "userName": "bob",
                "callerContext": {
                    "awsSdkVersion": "aws-sdk-unknown-unknown",
                    "clientId": walker.client_id,
                },
                "triggerSource": "UserMigration_Authentication",
                "request": {"password": PASSWORD, "validationData": {"tenant": "blue"}},
                "response": {
                    "userAttributes": None,
                    "forceAliasCreation": None,
                    "enableSMSMFA": None,
                    "finalUserStatus": None,
                    "messageAction": None,
                    "desiredDeliveryMediums": None,
                },
            }
        ]


class TestUnknownEverywhere:
    """What a client sees of somebody whom the other directory does not know either."""

    @pytest.mark.fact("T012")
    @pytest.mark.parametrize("answer", [{}, {"userAttributes": {}}, {"userAttributes": None}])
    def test_empty_response_is_as_without_the_trigger(self, answer: dict[str, Any]) -> None:
        """A client that hides who exists gets the error of a wrong password."""
        engine = engine_with(user_migration=Recorder(answer))
        with refused(NOT_AUTHORIZED, WRONG):
            stranger(engine, HIDING).by_password()
        with refused(NOT_FOUND, UNKNOWN):
            stranger(engine).by_password()
        assert engine.triggers.failures == []

    @pytest.mark.fact("T012")
    def test_empty_response_after_a_forgotten_password(self) -> None:
        """A client that hides who exists gets a made-up delivery, and nothing is sent."""
        engine = engine_with(user_migration=Recorder())
        assert forget(stranger(engine, HIDING))["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        with refused(NOT_FOUND, "Username/client id combination not found."):
            forget(stranger(engine))
        assert engine.outbox.messages() == []

    @pytest.mark.fact("T010")
    @pytest.mark.parametrize("client", [{}, HIDING])
    @pytest.mark.parametrize("attempt", [Walker.by_password, forget])
    def test_error_reaches_the_caller(self, client: dict[str, Any], attempt: Any) -> None:
        """The handler's own words do, whether or not the client hides who exists."""
        walker = stranger(engine_with(user_migration=raising(ValueError("Bad password"))), client)
        with refused(
            "UserLambdaValidationException", "UserMigration failed with error Bad password."
        ):
            attempt(walker)
        with refused(NOT_FOUND):
            walker.administer("AdminGetUser")

    @pytest.mark.fact("T011")
    @pytest.mark.parametrize("client", [{}, HIDING])
    @pytest.mark.parametrize(
        "answer",
        [
            None,
            {},
            {"response": None},
            {"response": {"userAttributes": []}},
            {"response": {"userAttributes": {"email": 7}}},
            {"response": {"userAttributes": BOB, "desiredDeliveryMediums": ["PIGEON"]}},
            {"response": {"userAttributes": BOB, "messageAction": "SHOUT"}},
            {"response": {"userAttributes": BOB, "somethingElse": True}},
        ],
    )
    def test_response_that_cannot_be_read(self, client: dict[str, Any], answer: Any) -> None:
        """Cognito says which app client it was, even where it hides who exists."""
        walker = stranger(engine_with(user_migration=returning(answer)), client)
        text = f"Exception migrating user in app client {walker.client_id}"
        with refused(NOT_FOUND, text):
            walker.by_password()
        assert walker.engine.triggers.failures[0].reason

    @pytest.mark.fact("T011", "T023")
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"userAttributes": {"sub": "x"}}, "sub"),
            ({"userAttributes": {"custom:shoe": "43"}}, "custom:shoe"),
            ({"userAttributes": {"email_verified": "true"}}, "email"),
            ({"userAttributes": {**BOB, "username": "robert"}}, "sign in by an alias"),
            ({"userAttributes": BOB, "enableSMSMFA": True}, "enableSMSMFA"),
        ],
    )
    def test_user_that_cannot_be_made(self, answer: dict[str, Any], why: str) -> None:
        """The client learns no more than that; the reason is kept."""
        engine = engine_with(user_migration=Recorder(answer))
        with refused(NOT_AUTHORIZED, WRONG):
            stranger(engine, HIDING).by_password()
        walker = stranger(engine)
        text = f"Exception migrating user in app client {walker.client_id}"
        with refused(NOT_FOUND, text):
            walker.by_password()
        assert all(why in failure.reason for failure in engine.triggers.failures)
        assert len(engine.triggers.failures) == 2

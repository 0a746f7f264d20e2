"""Handlers that raise, and handlers whose response Cognito would not recognize."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.triggers.handlers import FIELDS
from tests.emulator.support.expect import refused
from tests.emulator.support.trigger_handlers import (
    Quiz,
    Recorder,
    engine_with,
    raising,
    raising_once,
    returning,
)
from tests.emulator.support.walker import ALWAYS, new_walker, tokens_of

FAILED = "UserLambdaValidationException"
INVALID = "InvalidLambdaResponseException"
UNRECOGNISED = "Unrecognizable lambda output"


def sign_up(engine: Engine) -> None:
    """Sign up and confirm."""
    new_walker(engine)


def sign_in(engine: Engine) -> None:
    """Sign in by password."""
    new_walker(engine).by_password()


def custom(engine: Engine) -> None:
    """Sign in by one custom challenge."""
    walker = new_walker(engine)
    answer = walker.initiate("CUSTOM_AUTH", USERNAME="alice")
    walker.respond("CUSTOM_CHALLENGE", answer["Session"], ANSWER="42")


#: Each trigger whose error reaches the caller, with a call that runs it.
LEADS_TO: dict[str, Callable[[Engine], None]] = {
    "PreSignUp": sign_up,
    "PostConfirmation": sign_up,
    "CustomMessage": sign_up,
    "PreAuthentication": sign_in,
    "PostAuthentication": sign_in,
    "PreTokenGeneration": sign_in,
    "DefineAuthChallenge": custom,
    "CreateAuthChallenge": custom,
    "VerifyAuthChallengeResponse": custom,
}


def failing(trigger: str, handler: Any) -> Engine:
    """Return an engine with this handler for the trigger and a quiz for the others."""
    return engine_with(**{**Quiz("42").triggers(), FIELDS[trigger]: handler})


def test_every_trigger_is_covered() -> None:
    """Only the custom senders are tested separately, because callers do not see their errors."""
    assert FIELDS.keys() - LEADS_TO.keys() == {"CustomEmailSender", "CustomSMSSender"}


@pytest.mark.fact("A184")
@pytest.mark.parametrize("trigger", LEADS_TO)
def test_error_reaches_the_caller(trigger: str) -> None:
    """The message of a raised error reaches the caller after the trigger's name."""
    engine = failing(trigger, raising(ValueError("not today")))
    with refused(FAILED, f"{trigger} failed with error not today."):
        LEADS_TO[trigger](engine)
    (failure,) = engine.triggers.failures
    assert (failure.trigger, failure.reason) == (trigger, "not today")
    assert isinstance(failure.error, ValueError)


@pytest.mark.fact("A184")
def test_key_error_shows_the_quoted_key() -> None:
    """The message of a KeyError is only the key in quotation marks."""
    engine = failing("CreateAuthChallenge", lambda event, context: event["challengeMetaData"])
    with refused(FAILED, "CreateAuthChallenge failed with error 'challengeMetaData'."):
        custom(engine)


@pytest.mark.parametrize("trigger", LEADS_TO)
@pytest.mark.parametrize(
    "answer", [None, "event", [], {}, {"response": None}, {"response": {"someMember": True}}]
)
def test_response_without_the_event_is_an_error(trigger: str, answer: Any) -> None:
    """The handler must return the event with the trigger's own response members."""
    engine = failing(trigger, returning(answer))
    with refused(INVALID, UNRECOGNISED):
        LEADS_TO[trigger](engine)
    assert engine.triggers.failures[0].reason


@pytest.mark.parametrize(
    ("trigger", "response"),
    [
        ("PreSignUp", {"autoConfirmUser": "true"}),
        ("CustomMessage", {"emailMessage": 7}),
        ("PreTokenGeneration", {"claimsOverrideDetails": []}),
        ("PreTokenGeneration", {"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}}),
        ("PreTokenGeneration", {"claimsOverrideDetails": {"claimsToSuppress": "email"}}),
        ("PreTokenGeneration", {"claimsOverrideDetails": {"somethingElse": {}}}),
        (
            "PreTokenGeneration",
            {"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": "a"}}},
        ),
        ("PreTokenGeneration", {"claimsAndScopeOverrideDetails": {}}),
        ("DefineAuthChallenge", {"issueTokens": 1}),
        ("DefineAuthChallenge", {}),
        ("DefineAuthChallenge", {"challengeName": "SMS_MFA"}),
        ("DefineAuthChallenge", {"challengeName": "PASSWORD_VERIFIER"}),
        ("CreateAuthChallenge", {"publicChallengeParameters": {"length": 6}}),
        ("CreateAuthChallenge", {"privateChallengeParameters": "secret"}),
        ("VerifyAuthChallengeResponse", {"answerCorrect": "true"}),
    ],
)
def test_response_of_wrong_types_is_an_error(trigger: str, response: dict[str, Any]) -> None:
    """A member of the wrong type, an unknown member and an unknown challenge are errors."""
    engine = failing(trigger, Recorder(response))
    with refused(INVALID, UNRECOGNISED):
        LEADS_TO[trigger](engine)


def test_response_that_is_not_json_is_an_error() -> None:
    """A response that is not JSON is the handler's error, with Lambda's message."""
    engine = failing("PreSignUp", lambda event, context: {**event, "response": {"a": {1, 2}}})
    text = "Unable to marshal response: Object of type set is not JSON serializable"
    with refused(FAILED, f"PreSignUp failed with error {text}."):
        sign_up(engine)


class TestStateAfterFailure:
    """The state after a trigger failed."""

    def test_pre_sign_up_failure_creates_no_user(self) -> None:
        """The user does not exist and can sign up later."""
        engine = engine_with(pre_sign_up=raising_once(ValueError("first time")))
        with refused(FAILED):
            sign_up(engine)
        pool = next(iter(engine.pools.values()))
        assert len(pool.users) == 0
        sign_up(engine)

    def test_post_confirmation_failure_leaves_the_user_confirmed(self) -> None:
        """The caller gets the error, although the user is confirmed."""
        engine = engine_with(post_confirmation=raising(ValueError("late")))
        with refused(FAILED):
            sign_up(engine)
        (user,) = next(iter(engine.pools.values())).users
        assert user.status == "CONFIRMED"

    def test_custom_message_failure_keeps_the_old_code(self) -> None:
        """The code of an unsent message does not replace the previous code."""
        engine = engine_with(custom_message=Recorder({}, {"smsMessage": 7}))
        walker = new_walker(engine, confirmed=False)
        code = engine.outbox.messages(username="alice")[0].code
        names = {"ClientId": walker.client_id, "Username": "alice"}
        with refused(INVALID):
            walker.call("ResendConfirmationCode", **names)
        assert len(engine.outbox.messages()) == 1
        walker.call("ConfirmSignUp", **names, ConfirmationCode=code)

    def test_post_authentication_failure_issues_no_device(self) -> None:
        """The refused sign-in issues neither tokens nor a device."""
        engine = engine_with(post_authentication=raising_once(ValueError("stop")))
        walker = new_walker(engine, devices=ALWAYS)
        with refused(FAILED):
            walker.by_password()
        pool = engine.pools[walker.user_pool_id]
        (user,) = pool.users
        assert not pool.grants.of_user(user)
        key = tokens_of(walker.by_password())["NewDeviceMetadata"]["DeviceKey"]
        device = user.devices.issued(key)
        assert device is not None
        assert device.number == 1

    def test_failed_refresh_can_be_repeated(self) -> None:
        """A trigger's error does not use up the refresh token."""
        override = Recorder({}, {"claimsOverrideDetails": 1}, {})
        walker = new_walker(engine_with(pre_token_generation=override))
        refresh = tokens_of(walker.by_password())["RefreshToken"]
        with refused(INVALID):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh)
        assert tokens_of(walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh))

    def test_reset_clears_the_failures(self) -> None:
        """A reset clears the list of failures."""
        engine = failing("PreSignUp", returning(None))
        with refused(INVALID):
            sign_up(engine)
        engine.reset()
        assert engine.triggers.failures == []

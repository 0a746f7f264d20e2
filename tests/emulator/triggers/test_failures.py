"""Handlers that raise, and handlers whose response Cognito would not recognize."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from harness.emulator import Emulator, Triggers, install, uninstall
from harness.emulator.engine import Engine
from harness.emulator.http import discovery
from harness.emulator.moto_backend.models import current_engine
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from harness.emulator.triggers import runner
from harness.emulator.triggers.handlers import FIELDS
from harness.errors import ConfigurationError, HarnessError
from tests.emulator.support.connection import Connection, post
from tests.emulator.support.expect import PASSWORD, refused
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
    """Those tested elsewhere are senders, whose errors nobody sees, and one with its own error."""
    elsewhere = {"CustomEmailSender", "CustomSMSSender", "UserMigration"}
    assert FIELDS.keys() - LEADS_TO.keys() == elsewhere


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


class Unprintable(Exception):
    """An error without a text."""

    def __str__(self) -> str:
        raise ValueError("no text")


@pytest.mark.parametrize("trigger", LEADS_TO)
@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SystemExit(), "Error: Runtime exited without providing a reason."),
        (SystemExit(0), "Error: Runtime exited without providing a reason."),
        (SystemExit(3), "Error: Runtime exited with error: exit status 3."),
        (SystemExit("bye"), "Error: Runtime exited with error: exit status 1."),
        (GeneratorExit(), "Error: Runtime exited with error: exit status 1."),
        (BaseException("x"), "Error: Runtime exited with error: exit status 1."),
        (Unprintable(), "failed with error Unprintable."),
        (ValueError("half \ud800 a pair"), "failed with error half ? a pair."),
    ],
    ids=repr,
)
def test_whatever_is_raised_reaches_the_caller(
    trigger: str, error: BaseException, text: str
) -> None:
    """What Lambda's runtime does not survive is the trigger's error too, and is kept."""
    engine = failing(trigger, raising(error))
    with pytest.raises(Refusal) as caught:
        LEADS_TO[trigger](engine)
    assert caught.value.code == FAILED
    assert caught.value.message.startswith(f"{trigger} failed with error ")
    assert caught.value.message.endswith(text)
    assert engine.triggers.failures[0].error is error


def test_ctrl_c_passes() -> None:
    """KeyboardInterrupt in the main thread is a person who wants to stop."""
    with pytest.raises(KeyboardInterrupt):
        sign_up(failing("PreSignUp", raising(KeyboardInterrupt())))


def test_keyboard_interrupt_of_another_thread_is_an_error() -> None:
    """Python raises it only in the main thread, so a handler has raised it."""
    engine = failing("PreSignUp", raising(KeyboardInterrupt()))
    with ThreadPoolExecutor(1) as pool, refused(FAILED):
        pool.submit(sign_up, engine).result()


@pytest.mark.parametrize("error", [SystemExit(), KeyboardInterrupt()], ids=repr)
def test_whatever_is_raised_is_answered_over_http(error: BaseException) -> None:
    """The client gets a response, and the connection serves the next request."""
    emulator = Emulator(mock=False, triggers=Triggers(pre_sign_up=raising(error)))
    with EmulatorServer(emulator=emulator) as server, Connection(server) as wire:
        wire.send(post("CreateUserPool", {"PoolName": "p"}))
        pool_id = json.loads(wire.response()[2])["UserPool"]["Id"]
        wire.send(post("CreateUserPoolClient", {"UserPoolId": pool_id, "ClientName": "c"}))
        client_id = json.loads(wire.response()[2])["UserPoolClient"]["ClientId"]
        body = {"ClientId": client_id, "Username": "alice", "Password": PASSWORD}
        for _ in range(2):
            wire.send(post("SignUp", body))
            assert json.loads(wire.response()[2])["__type"] == FAILED


@pytest.mark.parametrize("error", [SystemExit(), KeyboardInterrupt()], ids=repr)
def test_no_error_ends_the_thread_of_a_request(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """An error of the emulator itself is an internal error, of whatever class."""

    def fail(*_: Any) -> Any:
        raise error

    server = EmulatorServer().start()
    monkeypatch.setattr(discovery, "json_web_keys", fail)
    with Connection(server) as wire:
        wire.send(b"GET /us-east-1_abc/.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.response()[0] == 500
    with pytest.raises(HarnessError, match="1 internal error"):
        server.stop()


def circular() -> dict[str, Any]:
    """Return an object that contains itself."""
    found: dict[str, Any] = {}
    found["self"] = found
    return found


def nested(levels: int) -> Any:
    """Return a list in a list in a list."""
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("trigger", LEADS_TO)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (object(), FAILED),
        (b"bytes", FAILED),
        ("\ud800", FAILED),
        (circular(), FAILED),
        (nested(100_000), FAILED),
        ({(1, 2): 3}, FAILED),
        (float("nan"), INVALID),
        (float("inf"), INVALID),
    ],
    ids=["object", "bytes", "surrogate", "circular", "nested", "key", "nan", "infinity"],
)
def test_response_that_json_cannot_hold_is_an_error(trigger: str, value: Any, code: str) -> None:
    """Lambda cannot send it, or Cognito cannot read it; the caller gets the trigger's error."""
    engine = failing(trigger, lambda event, _: {**event, "more": value})
    with refused(code):
        LEADS_TO[trigger](engine)
    assert engine.triggers.failures[0].reason


@pytest.mark.parametrize("handler", [raising(SystemExit()), returning(float("nan"))])
def test_senders_may_fail_in_any_way(handler: Any) -> None:
    """Callers do not see the errors of custom senders, which are kept."""
    engine = engine_with(custom_email_sender=handler)
    new_walker(engine, confirmed=False)
    assert [failure.trigger for failure in engine.triggers.failures] == ["CustomEmailSender"]


@pytest.mark.parametrize(
    "given", [{}, {"pre_sign_up": print}, [], print, "PreSignUp", False, Triggers], ids=repr
)
def test_triggers_of_another_type_are_refused(given: Any) -> None:
    """One line says what is allowed; an emulator that is installed stays."""
    installed = install()
    try:
        for make in (Engine, Emulator, install):
            with pytest.raises(ConfigurationError, match=r"Triggers\(pre_sign_up=") as caught:
                make(triggers=given)
            assert "\n" not in str(caught.value)
        assert current_engine() is installed.engine
    finally:
        uninstall()


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

    def test_only_the_newest_failures_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A served emulator whose handler always fails does not grow with every call."""
        monkeypatch.setattr(runner, "KEPT_FAILURES", 3)
        engine = engine_with(pre_sign_up=raising(ValueError("stop")))
        for name in "abcde":
            with refused(FAILED):
                new_walker(engine, username=name)
        assert [failure.username for failure in engine.triggers.failures] == ["c", "d", "e"]

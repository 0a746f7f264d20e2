"""Handlers by function: a pool's LambdaConfig decides which of them run."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator import Emulator, EmulatorSettings, LambdaFunctions, SkippedTrigger
from harness.emulator.engine import Engine
from harness.errors import ConfigurationError
from tests.emulator.support.expect import START, refused
from tests.emulator.support.trigger_handlers import Quiz, Recorder, engine_with, raising
from tests.emulator.support.walker import new_walker, tokens_of

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
UNEXPECTED = "UnexpectedLambdaException"
NOT_CONFIGURED = "Custom auth lambda trigger is not configured for the user pool."
DENIED = "PreSignUp invocation failed due to error AccessDeniedException."


def engine_of(functions: dict[str, Any], **how: Any) -> Engine:
    """Return an engine with handlers of functions."""
    return Engine(
        clock=VirtualClock(START, frozen=True),
        settings=EmulatorSettings(seed=1),
        triggers=LambdaFunctions(functions, **how),
    )


@pytest.mark.fact("T026")
@pytest.mark.parametrize(
    ("key", "configured"),
    [
        (f"{FUNCTION}check", f"{FUNCTION}check"),
        ("check", f"{FUNCTION}check"),
        (f"{FUNCTION}check", f"{FUNCTION}check:7"),
        ("check", f"{FUNCTION}check:live"),
        (f"{FUNCTION}check:live", f"{FUNCTION}check:live"),
        ("check:live", f"{FUNCTION}check:live"),
        (f"{FUNCTION}check:$LATEST", f"{FUNCTION}check:$LATEST"),
    ],
)
def test_function_of_the_pool_runs(key: str, configured: str) -> None:
    """A function is given by ARN or name, with or without its version."""
    recorder = Recorder()
    new_walker(engine_of({key: recorder}), LambdaConfig={"PreSignUp": configured})
    assert recorder.sources == ["PreSignUp_SignUp"]
    context = recorder.contexts[0]
    assert (context.invoked_function_arn, context.function_name) == (configured, "check")


@pytest.mark.parametrize(
    ("key", "configured"),
    [
        (f"{FUNCTION}check", f"{FUNCTION}checks"),
        ("check:live", f"{FUNCTION}check"),
        ("check:live", f"{FUNCTION}check:test"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:check", f"{FUNCTION}check"),
    ],
)
def test_other_function_does_not_run(key: str, configured: str) -> None:
    """Another name, version, account or region is another function."""
    recorder = Recorder()
    new_walker(engine_of({key: recorder}), LambdaConfig={"PreSignUp": configured})
    assert recorder.events == []


def test_most_exact_function_counts() -> None:
    """A version has its own handler, beside one for the name."""
    exact, any_version = Recorder(), Recorder()
    engine = engine_of({"check": any_version, "check:live": exact})
    new_walker(engine, LambdaConfig={"PreSignUp": f"{FUNCTION}check:live"})
    assert (len(exact.events), len(any_version.events)) == (1, 0)


def test_each_pool_has_its_own_functions() -> None:
    """What one pool's LambdaConfig names does not run for another pool."""
    first, second = Recorder(), Recorder()
    engine = engine_of({"first": first, "second": second})
    one = new_walker(engine, LambdaConfig={"PreSignUp": f"{FUNCTION}first"})
    two = new_walker(engine, LambdaConfig={"PostConfirmation": f"{FUNCTION}second"})
    new_walker(engine)
    assert [event["userPoolId"] for event in first.events] == [one.user_pool_id]
    assert [event["userPoolId"] for event in second.events] == [two.user_pool_id]


def test_update_of_the_pool_decides_from_then_on() -> None:
    """A function that LambdaConfig names no more does not run any more."""
    recorder = Recorder()
    engine = engine_of({"stamp": recorder})
    walker = new_walker(engine, LambdaConfig={"PostAuthentication": f"{FUNCTION}stamp"})
    tokens_of(walker.by_password())
    walker.call("UpdateUserPool", UserPoolId=walker.user_pool_id, LambdaConfig={})
    tokens_of(walker.by_password())
    assert recorder.sources == ["PostAuthentication_Authentication"]


@pytest.mark.parametrize(
    "config",
    [
        {"PreTokenGeneration": f"{FUNCTION}claims"},
        {"PreTokenGenerationConfig": {"LambdaArn": f"{FUNCTION}claims", "LambdaVersion": "V1_0"}},
    ],
)
def test_claims_function_may_be_in_either_member(config: dict[str, Any]) -> None:
    """PreTokenGeneration and its Config name the same function."""
    recorder = Recorder()
    tokens_of(new_walker(engine_of({"claims": recorder}), LambdaConfig=config).by_password())
    assert recorder.sources == ["TokenGeneration_Authentication"]


def test_senders_are_functions_too() -> None:
    """A custom sender's function gets the code, and the pool sends no text of its own."""
    recorder = Recorder()
    sender = {"LambdaArn": f"{FUNCTION}send", "LambdaVersion": "V1_0"}
    engine = engine_of({"send": recorder})
    new_walker(engine, confirmed=False, LambdaConfig={"CustomEmailSender": sender})
    new_walker(engine, confirmed=False)
    assert recorder.sources == ["CustomEmailSender_SignUp"]
    second, first = engine.outbox.messages()
    assert (first.sender, second.sender) == ("CustomEmailSender", "Cognito")


def test_custom_challenges_need_the_functions_of_the_pool() -> None:
    """Define, Create and Verify of another pool do not make CUSTOM_AUTH possible."""
    quiz = Quiz("42")
    names = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    engine = engine_of({"define": quiz.define, "create": quiz.create, "verify": quiz.verify})
    arns = [f"{FUNCTION}{name}" for name in ("define", "create", "verify")]
    walker = new_walker(engine, LambdaConfig=dict(zip(names, arns, strict=True)))
    asked = walker.initiate("CUSTOM_AUTH", USERNAME="alice")
    tokens_of(walker.respond("CUSTOM_CHALLENGE", asked["Session"], ANSWER="42"))
    with refused("InvalidParameterException", NOT_CONFIGURED):
        new_walker(engine).initiate("CUSTOM_AUTH", USERNAME="alice")


def test_error_of_a_function_reaches_the_caller() -> None:
    """Nothing differs from handlers of all pools."""
    engine = engine_of({"check": raising(ValueError("not today"))})
    with refused("UserLambdaValidationException", "PreSignUp failed with error not today."):
        new_walker(engine, LambdaConfig={"PreSignUp": f"{FUNCTION}check"})


class TestWithoutHandler:
    """A function that LambdaConfig names and that has no handler."""

    @pytest.mark.parametrize("given", [{}, {"other": Recorder()}])
    def test_it_is_passed_over_and_said_once(
        self, given: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        """By default the call goes on, and a warning names pool, trigger and function."""
        engine = engine_of(given)
        with caplog.at_level(logging.WARNING):
            walker = new_walker(engine, LambdaConfig={"PostAuthentication": f"{FUNCTION}stamp"})
            for _ in range(2):
                tokens_of(walker.by_password())
        (record,) = caplog.records
        assert record.getMessage() == (
            f"{walker.user_pool_id}: PostAuthentication of LambdaConfig is not called: "
            f"{FUNCTION}stamp has no handler here"
        )

    def test_handlers_of_all_pools_say_it_too(self, caplog: pytest.LogCaptureFixture) -> None:
        """A setting that is not obeyed is not silent, whichever kind of handlers there are."""
        engine = engine_with(pre_sign_up=Recorder())
        config = {"PreSignUp": f"{FUNCTION}check", "PostConfirmation": f"{FUNCTION}greet"}
        new_walker(engine, LambdaConfig=config)
        assert [record.getMessage().split()[1] for record in caplog.records] == ["PostConfirmation"]

    def test_emulator_lists_what_was_passed_over(self) -> None:
        """A test can look at what did not run; a reset forgets it."""
        emulator = Emulator(mock=False)
        walker = new_walker(emulator.engine, LambdaConfig={"PreSignUp": f"{FUNCTION}check"})
        skipped = SkippedTrigger("PreSignUp", walker.user_pool_id, f"{FUNCTION}check")
        assert emulator.skipped_triggers == [skipped]
        emulator.reset()
        assert emulator.skipped_triggers == []

    @pytest.mark.fact("T001")
    @pytest.mark.parametrize("given", [{}, {"other": Recorder()}])
    def test_it_can_be_refused(self, given: dict[str, Any]) -> None:
        """Then the caller gets what Cognito says of a function that it may not invoke."""
        engine = engine_of(given, unmapped="refuse")
        with refused(UNEXPECTED, DENIED):
            new_walker(engine, LambdaConfig={"PreSignUp": f"{FUNCTION}check"})
        (failure,) = engine.triggers.failures
        assert failure.reason == f"{FUNCTION}check has no handler here"
        new_walker(engine)

    def test_sender_without_handler_sends_nothing(self) -> None:
        """A sender runs when the operation has ended, so nobody sees that it cannot be invoked."""
        sender = {"LambdaArn": f"{FUNCTION}send", "LambdaVersion": "V1_0"}
        engine = engine_of({}, unmapped="refuse")
        new_walker(engine, confirmed=False, LambdaConfig={"CustomEmailSender": sender})
        assert [failure.trigger for failure in engine.triggers.failures] == ["CustomEmailSender"]


@pytest.mark.parametrize(
    ("functions", "how", "words"),
    [
        ({"a b": print}, {}, "LambdaFunctions: cannot use 'a b'"),
        ({"arn:aws:s3:::bucket": print}, {}, "a function is given by its ARN or its name"),
        ({"check": 7}, {}, "the handler of check: cannot use 7"),
        ({"check": print}, {"unmapped": "skp"}, "unmapped: cannot use 'skp'"),
        ({"check": print}, {"timeout": 0}, "timeout: cannot use 0"),
        ({"check": print}, {"timeout": float("nan")}, "timeout: cannot use nan"),
        ({"check": print}, {"timeout": True}, "timeout: cannot use True"),
        ({"check": print}, {"tries": 0}, "tries: cannot use 0"),
        ({"check": print}, {"tries": 1.5}, "tries: cannot use 1.5"),
    ],
)
def test_unusable_arguments_are_one_line(
    functions: dict[str, Any], how: dict[str, Any], words: str
) -> None:
    """The message names what was given and what is allowed."""
    with pytest.raises(ConfigurationError) as caught:
        LambdaFunctions(functions, **how)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)

"""The events that handlers get: those of Cognito, member for member."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator import Triggers
from harness.emulator.api.request import Caller
from harness.errors import ConfigurationError
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.trigger_handlers import Event, Recorder, engine_with
from tests.emulator.support.walker import new_client, new_pool, new_walker, tokens_of

METADATA = {"tenant": "blue"}


def test_pre_sign_up_event_is_complete() -> None:
    """The event of PreSignUp has exactly Cognito's members."""
    recorder = Recorder()
    engine = engine_with(pre_sign_up=recorder)
    pool_id = new_pool(engine)
    client_id = new_client(engine, pool_id)["ClientId"]
    params = {
        "ClientId": client_id,
        "Username": "alice",
        "Password": PASSWORD,
        "UserAttributes": pairs(email="alice@example.com"),
        "ValidationData": pairs(captcha="7"),
        "ClientMetadata": METADATA,
    }
    engine.call("SignUp", params, Caller(user_agent="aws-sdk-js-3.535.0 os/linux"))
    assert recorder.events == [
        {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": pool_id,
            "userName": "alice",
            "callerContext": {"awsSdkVersion": "aws-sdk-js-3.535.0", "clientId": client_id},
            "triggerSource": "PreSignUp_SignUp",
            "request": {
                "userAttributes": {"email": "alice@example.com"},
                "validationData": {"captcha": "7"},
                "clientMetadata": METADATA,
            },
            "response": {
                "autoConfirmUser": False,
                "autoVerifyEmail": False,
                "autoVerifyPhone": False,
            },
        }
    ]


def test_missing_data_is_null_or_absent() -> None:
    """Missing validation data is null; missing client metadata is no member at all."""
    recorder = Recorder()
    new_walker(engine_with(pre_sign_up=recorder))
    assert recorder.requests == [
        {"userAttributes": {"email": "alice@example.com"}, "validationData": None}
    ]
    assert recorder.events[0]["callerContext"]["awsSdkVersion"] == "aws-sdk-unknown-unknown"


def test_later_triggers_get_sub_and_status() -> None:
    """Later triggers get sub and status beside the attributes."""
    recorder = Recorder()
    engine = engine_with(post_confirmation=recorder)
    walker = new_walker(engine)
    user = walker.administer("AdminGetUser")
    sub = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "sub")
    assert recorder.events[0]["request"] == {
        "userAttributes": {
            "sub": sub,
            "cognito:user_status": "CONFIRMED",
            "email": "alice@example.com",
            "email_verified": "true",
        }
    }
    assert recorder.events[0]["response"] == {}


def test_username_is_the_sub_in_email_pools() -> None:
    """If email addresses are usernames, userName is the sub, before and after creation."""
    before, after = Recorder(), Recorder()
    engine = engine_with(pre_sign_up=before, post_confirmation=after)
    walker = new_walker(engine, username="alice@example.com", UsernameAttributes=["email"])
    username = walker.administer("AdminGetUser")["Username"]
    assert [event["userName"] for event in before.events + after.events] == [username] * 2
    assert username != "alice@example.com"


def test_client_id_depends_on_the_operation() -> None:
    """An administrator call has no client ID; one with an access token has the token's."""
    recorder = Recorder()
    engine = engine_with(pre_sign_up=recorder, custom_message=recorder)
    walker = new_walker(engine)
    recorder.events.clear()
    walker.call("AdminCreateUser", UserPoolId=walker.user_pool_id, Username="bob")
    token = tokens_of(walker.by_password())["AccessToken"]
    walker.call("GetUserAttributeVerificationCode", AccessToken=token, AttributeName="email")
    assert [(e["triggerSource"], e["callerContext"]["clientId"]) for e in recorder.events] == [
        ("PreSignUp_AdminCreateUser", "CLIENT_ID_NOT_APPLICABLE"),
        ("CustomMessage_VerifyUserAttribute", walker.client_id),
    ]


def test_handler_gets_a_copy_of_the_state() -> None:
    """Changes to an event do not change the emulator's state."""

    def vandal(event: Event, context: Any) -> Event:
        event["request"]["userAttributes"].clear()
        event["request"]["userAttributes"]["email"] = "mallory@example.com"
        event["userName"] = "mallory"
        return event

    walker = new_walker(engine_with(pre_sign_up=vandal, post_confirmation=vandal))
    user = walker.administer("AdminGetUser")
    assert user["Username"] == "alice"
    assert {"Name": "email", "Value": "alice@example.com"} in user["UserAttributes"]


class TestContext:
    """The second argument of a handler is a Lambda context."""

    def test_context_has_lambdas_members(self) -> None:
        """The context has Lambda's function name, ARN, log group, request ID and remaining time."""
        recorder = Recorder()
        new_walker(engine_with(pre_sign_up=recorder))
        context = recorder.contexts[0]
        assert context.function_name == "PreSignUp"
        assert context.invoked_function_arn == (
            "arn:aws:lambda:us-east-1:123456789012:function:PreSignUp"
        )
        assert context.log_group_name == "/aws/lambda/PreSignUp"
        assert context.get_remaining_time_in_millis() == 5_000
        assert len(context.aws_request_id) == 36

    @pytest.mark.parametrize(
        ("trigger", "config"),
        [
            ("pre_sign_up", {"PreSignUp": "ARN"}),
            ("custom_email_sender", {"CustomEmailSender": {"LambdaArn": "ARN"}}),
        ],
    )
    def test_context_names_the_pools_function(self, trigger: str, config: dict[str, Any]) -> None:
        """If LambdaConfig names a function, so does the context."""
        arn = "arn:aws:lambda:us-east-1:123456789012:function:mine"
        named = {
            name: arn if given == "ARN" else {"LambdaArn": arn, "LambdaVersion": "V1_0"}
            for name, given in config.items()
        }
        recorder = Recorder()
        new_walker(engine_with(**{trigger: recorder}), LambdaConfig=named)
        context = recorder.contexts[0]
        assert (context.function_name, context.invoked_function_arn) == ("mine", arn)


def test_handler_runs_for_every_pool() -> None:
    """One handler serves all pools, with or without LambdaConfig; the event names the pool."""
    recorder = Recorder()
    engine = engine_with(pre_sign_up=recorder)
    walkers = [new_walker(engine), new_walker(engine)]
    pools = [walker.user_pool_id for walker in walkers]
    assert [event["userPoolId"] for event in recorder.events] == pools


def test_trigger_that_is_not_callable_is_refused() -> None:
    """A trigger that is not callable is refused when it is set."""
    with pytest.raises(ConfigurationError, match=r"Triggers\(custom_message=...\)"):
        Triggers(custom_message="arn:aws:lambda:...")  # type: ignore[arg-type]

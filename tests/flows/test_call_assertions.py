"""Assertions about calls: what holds passes, and what does not shows the calls that come near."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import ANY

import pytest

from harness.clock import VirtualClock
from harness.errors import ConfigurationError
from harness.flows.trace import Trace
from harness.redaction import Secret

PASSWORD = "Correct-Horse-1"


def made(trace: Trace, operation: str, outcome: str = "ok", **parameters: Any) -> None:
    """Add a call of an app to a trace."""
    trace.add_call_of_app(
        operation,
        parameters,
        outcome=outcome,
        message="",
        answer={},
        request_id="",
        started_at=0.0,
        latency_seconds=0.0,
    )


@pytest.fixture
def trace() -> Trace:
    """A sign-up, and two sign-ins of which the first was refused."""
    trace = Trace(VirtualClock(0.0, frozen=True))
    made(trace, "SignUp", Username="ada", Password=PASSWORD)
    for outcome, flow in (("NotAuthorizedException", "USER_PASSWORD_AUTH"), ("ok", "USER_AUTH")):
        made(
            trace,
            "InitiateAuth",
            outcome,
            AuthFlow=flow,
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
    return trace


def failure(trace: Trace, assertion: str, *arguments: Any, **keywords: Any) -> str:
    """Return how an assertion fails."""
    with pytest.raises(AssertionError) as caught:
        getattr(trace, assertion)(*arguments, **keywords)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(trace.made_calls())
    return str(caught.value)


class TestCalled:
    """`assert_called`."""

    def test_a_call_by_some_of_its_parameters(self, trace: Trace) -> None:
        """Named parameters must be equal, those of a mapping too, and others may be any."""
        trace.assert_called("InitiateAuth")
        trace.assert_called("InitiateAuth", times=2)
        trace.assert_called("InitiateAuth", AuthFlow="USER_AUTH", times=1, by="app")
        trace.assert_called("InitiateAuth", outcome="NotAuthorizedException")
        trace.assert_called("InitiateAuth", AuthParameters={"USERNAME": "ada"}, times=2)
        trace.assert_called("SignUp", Username=ANY)

    @pytest.mark.parametrize("given", [PASSWORD, Secret(PASSWORD)])
    def test_a_secret_is_compared(self, trace: Trace, given: object) -> None:
        """The value of a secret parameter can be compared, as a text or as a `Secret`."""
        trace.assert_called("SignUp", Password=given)
        trace.assert_called("InitiateAuth", AuthParameters={"PASSWORD": given}, times=2)

    def test_near_misses_are_shown(self, trace: Trace) -> None:
        """A failure shows the calls of the operation, the nearest first, and how they differ."""
        expected = {"USERNAME": "ada", "PASSWORD": "Other-Horse-1"}
        text = failure(
            trace, "assert_called", "InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=expected
        )
        assert text.splitlines() == [
            "InitiateAuth with AuthFlow='USER_AUTH', AuthParameters={'USERNAME': 'ada', "
            "'PASSWORD': '[redacted]'} was not called",
            "near misses:",
            "  #3 InitiateAuth by the app: ok",
            "    AuthParameters.PASSWORD is not the expected value (not shown)",
            "  #2 InitiateAuth by the app: NotAuthorizedException",
            "    AuthFlow is 'USER_PASSWORD_AUTH', not 'USER_AUTH'",
            "    AuthParameters.PASSWORD is not the expected value (not shown)",
            "all calls: #1 SignUp, #2 InitiateAuth, #3 InitiateAuth",
        ]

    @pytest.mark.parametrize(
        ("operation", "parameters"),
        [
            ("ConfirmDevice", {"DeviceSecretVerifierConfig": {"PasswordVerifier": PASSWORD}}),
            ("SignUp", {"ValidationData": [{"Name": "password", "Value": PASSWORD}]}),
            ("SignUp", {"ClientMetadata": {"code": PASSWORD}}),
        ],
    )
    def test_a_secret_within_another_member_stays_hidden(
        self, trace: Trace, operation: str, parameters: dict[str, Any]
    ) -> None:
        """What a secret member contains is secret too, whatever it is called."""
        made(trace, operation, **parameters)
        other = json.loads(json.dumps(parameters).replace(PASSWORD, f"not {PASSWORD}"))
        text = failure(trace, "assert_called", operation, **other)
        assert "is not the expected value (not shown)" in text

    def test_who_and_how_it_ended_are_compared(self, trace: Trace) -> None:
        """A failure says that the app made the call, and with which outcome."""
        text = failure(trace, "assert_called", "SignUp", by="test", outcome="UsernameExists")
        assert "it was made by the app, not by the test" in text
        assert "its outcome is ok, not UsernameExists" in text

    def test_a_parameter_that_was_not_sent(self, trace: Trace) -> None:
        """A member that is missing in the request is named."""
        text = failure(trace, "assert_called", "SignUp", SecretHash=ANY)
        assert "    SecretHash was not sent" in text.splitlines()

    def test_how_often_is_said(self, trace: Trace) -> None:
        """A number that differs is shown with the calls that were counted."""
        text = failure(trace, "assert_called", "InitiateAuth", times=1)
        assert text.splitlines()[0] == "InitiateAuth was called 2 times, not once"
        assert "  #2 InitiateAuth by the app: NotAuthorizedException" in text.splitlines()

    def test_without_any_call(self) -> None:
        """An empty trace says so."""
        text = failure(Trace(VirtualClock(0.0)), "assert_called", "SignUp")
        assert text.splitlines() == ["SignUp was not called", "no calls were recorded"]


class TestNotCalled:
    """`assert_not_called`."""

    def test_what_was_not_called(self, trace: Trace) -> None:
        """Another operation, other parameters, or another caller hold."""
        trace.assert_not_called("ForgetDevice")
        trace.assert_not_called("InitiateAuth", AuthFlow="CUSTOM_AUTH")
        trace.assert_not_called("SignUp", by="test")

    def test_what_was_called(self, trace: Trace) -> None:
        """A failure shows the calls."""
        text = failure(trace, "assert_not_called", "SignUp", Password=PASSWORD)
        assert text.splitlines() == [
            "SignUp with Password='[redacted]' was called once",
            "  #1 SignUp by the app: ok",
        ]


class TestSequence:
    """`assert_sequence`."""

    def test_an_order(self, trace: Trace) -> None:
        """Steps in their order hold, with other calls between them."""
        trace.assert_sequence("SignUp", ("InitiateAuth", {"AuthFlow": "USER_AUTH"}), by="app")
        trace.assert_sequence("SignUp", "InitiateAuth", "InitiateAuth")

    def test_another_order(self, trace: Trace) -> None:
        """A failure names the step, what came before it, and where it was called instead."""
        text = failure(trace, "assert_sequence", "InitiateAuth", "SignUp")
        assert text.splitlines() == [
            "step 2 of 2, SignUp, was not called after call #2, InitiateAuth",
            "it was called before that:",
            "  #1 SignUp by the app: ok",
            "all calls: #1 SignUp, #2 InitiateAuth, #3 InitiateAuth",
        ]

    def test_a_step_with_near_misses(self, trace: Trace) -> None:
        """A step with other parameters than those of the calls shows how they differ."""
        text = failure(trace, "assert_sequence", "SignUp", ("InitiateAuth", {"AuthFlow": "X"}))
        assert "    AuthFlow is 'USER_AUTH', not 'X'" in text.splitlines()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda trace: trace.assert_called("InitateAuth"),
            "assert_called: operation: cannot use 'InitateAuth'; did you mean 'InitiateAuth'?",
        ),
        (
            lambda trace: trace.assert_not_called("initiate_auth"),
            "did you mean 'InitiateAuth'?",
        ),
        (
            lambda trace: trace.assert_called("InitiateAuth", AuthFlw="USER_AUTH"),
            "parameter of InitiateAuth: cannot use 'AuthFlw'; did you mean 'AuthFlow'?",
        ),
        (lambda trace: trace.assert_called("SignUp", by="me"), "allowed: app, test"),
        (lambda trace: trace.assert_called("SignUp", times=0), "a number from 1"),
        (lambda trace: trace.assert_called("SignUp", times=True), "a number from 1"),
        (lambda trace: trace.assert_sequence(), "name at least one operation"),
        (lambda trace: trace.assert_sequence(["SignUp"]), 'a step is "SignUp" or'),
    ],
)
def test_a_typo_is_misuse(trace: Trace, call: Any, said: str) -> None:
    """What Cognito does not have is refused: nothing can be called that does not exist."""
    with pytest.raises(ConfigurationError) as caught:
        call(trace)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AuthParameters", PASSWORD, "AuthParameters: cannot use 'str'; give a dict"),
        ("AuthParameters", ["PASSWORD", PASSWORD], "cannot use 'list'; give a dict"),
        ("AnalyticsMetadata", PASSWORD, "cannot use 'str'; give a dict"),
    ],
)
def test_a_value_of_another_kind_is_not_shown(
    trace: Trace, name: str, value: object, said: str
) -> None:
    """A secret that is not under its name cannot be told from others, so nothing is compared."""
    with pytest.raises(ConfigurationError) as caught:
        trace.assert_called("InitiateAuth", **{name: value})  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_list_is_compared_with_a_list(trace: Trace) -> None:
    """Another kind is refused, and a tuple is as good as a list."""
    made(trace, "SignUp", Username="eve", UserAttributes=[{"Name": "locale", "Value": "en"}])
    trace.assert_called("SignUp", UserAttributes=({"Name": "locale", "Value": "en"},))
    with pytest.raises(ConfigurationError, match="cannot use 'dict'; give a list"):
        trace.assert_called("SignUp", UserAttributes={"locale": "en"})


def test_a_cleared_trace_has_no_calls(trace: Trace) -> None:
    """After `clear`, assertions are about later calls alone."""
    trace.clear()
    trace.assert_not_called("SignUp")
    made(trace, "SignUp", Username="bob")
    trace.assert_called("SignUp", Username="bob", times=1)

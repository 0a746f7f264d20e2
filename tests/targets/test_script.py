"""The target ``stub``: scripts, the calls they expect, and the clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError, StubResponseError

from harness.errors import ConfigurationError, MissingCapability, ScenarioFailure
from harness.flows.trace import Trace
from harness.targets.base import Capability
from harness.targets.script import Like, Script
from harness.targets.stubbed import StubbedTarget

SIGN_UP: dict[str, Any] = {"ClientId": "client", "Username": "ann", "Password": "Pass-word-1"}
ANSWER = {"UserConfirmed": False, "UserSub": "sub"}


@pytest.fixture(scope="module")
def target() -> Iterator[StubbedTarget]:
    """The target, with one client for all tests."""
    found = StubbedTarget(region="us-east-1")
    found.start()
    yield found
    found.stop()


@pytest.fixture
def script(target: StubbedTarget) -> Script:
    """An empty script."""
    return target.new_script()


class TestScript:
    """What is expected comes, in its order, and gets what was written for it."""

    def test_call_gets_its_response(self, script: Script) -> None:
        """A call gets its answer, with a request id of its own."""
        script.answer("SignUp", SIGN_UP, ANSWER)
        found = script.client.sign_up(**SIGN_UP)
        assert found["UserSub"] == "sub"
        assert found["ResponseMetadata"]["RequestId"] == "scripted-1"
        script.expect_finished()

    def test_call_gets_its_error(self, script: Script) -> None:
        """A call gets its error, as the exception that the service's model has for it."""
        script.refuse("SignUp", SIGN_UP, "UsernameExistsException", "User already exists")
        with pytest.raises(script.client.exceptions.UsernameExistsException) as caught:
            script.client.sign_up(**SIGN_UP)
        assert caught.value.response["Error"]["Message"] == "User already exists"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400

    def test_failure_of_the_service_has_its_status(self, script: Script) -> None:
        """A failure of the service itself has the HTTP status that is written for it."""
        script.refuse("SignUp", SIGN_UP, "InternalErrorException", status=500)
        with pytest.raises(ClientError) as caught:
            script.client.sign_up(**SIGN_UP)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500

    @pytest.mark.parametrize(
        "sent",
        [
            {**SIGN_UP, "Username": "bob"},
            {**SIGN_UP, "SecretHash": "x"},
            {"ClientId": "client", "Username": "ann", "Password": "Pass-word-2"},
        ],
        ids=["another value", "a member more", "another password"],
    )
    def test_other_parameters_are_refused(self, script: Script, sent: dict[str, Any]) -> None:
        """A call that has not exactly the expected parameters is refused."""
        script.answer("SignUp", SIGN_UP, ANSWER)
        with pytest.raises(StubResponseError):
            script.client.sign_up(**sent)

    def test_call_out_of_order_is_refused(self, script: Script) -> None:
        """A call that is not the next one is refused, and the script tells so in the end."""
        script.answer("SignUp", SIGN_UP, ANSWER)
        with pytest.raises(StubResponseError):
            script.client.resend_confirmation_code(ClientId="client", Username="ann")
        with pytest.raises(
            ScenarioFailure, match="call 1: expected SignUp, got ResendConfirmationCode"
        ):
            script.expect_finished()

    def test_missing_call_is_reported(self, script: Script) -> None:
        """A call that was not made is told in the end."""
        script.answer("SignUp", SIGN_UP, ANSWER)
        with pytest.raises(ScenarioFailure, match="call 1: expected SignUp, got no call"):
            script.expect_finished()

    def test_extra_call_is_refused(self, script: Script) -> None:
        """A call beyond the script is refused, and told in the end."""
        with pytest.raises(StubResponseError):
            script.client.sign_up(**SIGN_UP)
        assert script.made == ("SignUp",)
        with pytest.raises(ScenarioFailure, match="call 1: expected no call, got SignUp"):
            script.expect_finished()

    def test_invalid_response_is_refused(self, script: Script) -> None:
        """An answer that Cognito's model does not have is refused when it is written."""
        with pytest.raises(ParamValidationError):
            script.answer("SignUp", SIGN_UP, {"UserConfirmed": "perhaps"})

    def test_unknown_operation_is_refused(self, script: Script) -> None:
        """An operation that Cognito does not have is refused with the one that was meant."""
        with pytest.raises(ConfigurationError, match="did you mean 'SignUp'"):
            script.answer("SignUpp", {}, {})

    def test_scripted_call_is_traced(self, script: Script) -> None:
        """A trace sees scripted calls like any others."""
        script.answer("SignUp", SIGN_UP, ANSWER)
        trace = Trace(script.clock)
        with trace.observing(script.client):
            script.client.sign_up(**SIGN_UP)
        assert [(call.operation, call.ok) for call in trace.calls] == [("SignUp", True)]

    def test_codes_come_in_order(self, script: Script) -> None:
        """The mailbox of a script gives its codes in their order."""
        mailbox = script.mailbox("111111", "222222")
        found = [mailbox.newest_code("ann").value.reveal() for _ in range(2)]
        assert found == ["111111", "222222"]


class TestLike:
    """Texts by their form."""

    @pytest.mark.parametrize(
        ("other", "equal"), [("123456", True), ("1234567", False), ("", False), (123456, False)]
    )
    def test_like_equals_texts_of_its_form(self, other: object, equal: bool) -> None:
        """It equals the texts that have the whole form, on both sides, and nothing else."""
        assert (Like(r"\d{6}") == other) is equal
        assert (other == Like(r"\d{6}")) is equal

    def test_like_works_inside_parameters(self, script: Script) -> None:
        """It counts also deep in the parameters, and shows its form when it does not match."""
        attributes = [{"Name": "email", "Value": Like(".+@example.com")}]
        script.answer("SignUp", {**SIGN_UP, "UserAttributes": attributes}, ANSWER)
        other: Any = [{"Name": "email", "Value": "ann@example.org"}]
        with pytest.raises(StubResponseError, match=r"Like\('.\+@example.com'\)"):
            script.client.sign_up(**SIGN_UP, UserAttributes=other)
        same: Any = [{"Name": "email", "Value": "ann@example.com"}]
        script.client.sign_up(**SIGN_UP, UserAttributes=same)


class TestTarget:
    """The target itself."""

    def test_stub_follows_scripts_and_moves_its_clock(self, target: StubbedTarget) -> None:
        """It follows scripts and moves its clock; nothing is sent, and nothing can be planned."""
        assert target.capabilities == {Capability.CLOCK, Capability.SCRIPTED}
        with pytest.raises(MissingCapability, match="outbox"):
            target.mailbox("us-east-1_Pool1")
        with pytest.raises(MissingCapability, match="faults"):
            target.faults()

    def test_new_script_takes_over_the_client(self, target: StubbedTarget) -> None:
        """A new script takes over the client and begins at the same moment as the one before."""
        first = target.new_script()
        first.answer("SignUp", SIGN_UP, ANSWER)
        first.clock.advance(3600)
        second = target.new_script()
        assert second.client is first.client
        assert second.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
        with pytest.raises(StubResponseError):
            second.client.sign_up(**SIGN_UP)
        assert first.made == ()
        first.close()
        second.answer("SignUp", SIGN_UP, ANSWER)
        assert second.client.sign_up(**SIGN_UP)["UserSub"] == "sub"

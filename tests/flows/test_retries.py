"""Repeated calls, against the emulator with faults."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.errors import ResultUnknown
from harness.flows.actions import Actions, AppClient
from harness.flows.pacing import OwnSlots, Pacer
from harness.flows.quotas import throttles
from harness.flows.rendering import render_calls
from harness.flows.retries import CallRetries
from harness.flows.retry_rules import Believed
from harness.flows.trace import Trace
from harness.targets.clients import offline_client

PASSWORD = "Correct-horse-1"


class Calm:
    """A wait that ends the faults of an emulator, so that a repeated call comes through."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.waits: list[float] = []

    def time(self) -> float:
        """Return zero."""
        return 0.0

    def wait_until(self, moment: float) -> None:
        """Turn the profile off."""
        self.waits.append(moment)
        self._emulator.faults.set_profile(None)


class World:
    """An emulator with a pool, and a client whose calls are repeated."""

    def __init__(self) -> None:
        self.emulator = Emulator(mock=False, seed=1)
        self.client = offline_client("us-east-1", "https://cognito-idp.us-east-1.amazonaws.com")
        self.emulator.attach(self.client)
        pool = self.client.create_user_pool(PoolName="it", AutoVerifiedAttributes=["email"])
        pool_id = pool["UserPool"]["Id"]
        app = self.client.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="web",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        app_client = AppClient(pool_id, app["UserPoolClient"]["ClientId"])
        self.actions = Actions(self.client, app_client, self.client)
        self.trace = Trace(self.emulator.clock)
        self.trace.observe(self.client)
        self.calm = Calm(self.emulator)

    def retries(self, most: int = 3, **settings: Any) -> CallRetries:
        """Attach retries whose pauses end the faults."""
        found = CallRetries(most, self.calm, **settings)
        found.attach(self.client)
        return found

    def faults(self, profile: str) -> None:
        """Let a profile strike until a call is repeated."""
        self.emulator.faults.set_profile(profile)

    def sign_up(self) -> None:
        """Sign the one user up."""
        self.actions.sign_up("ada", PASSWORD, {"email": "ada@example.org"})


@pytest.fixture
def world() -> World:
    """An emulator with a pool."""
    return World()


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ("throttle@SignUp:1", "throttled"),
        ("internal@SignUp:1", "status 500 (InternalErrorException)"),
        ("unavailable@SignUp:1", "status 503 (503)"),
        ("drop@SignUp:1", "connection closed"),
    ],
)
def test_call_that_was_not_carried_out_is_repeated(world: World, profile: str, reason: str) -> None:
    """The user signs up in the end, and the trace says why the call was sent again."""
    retries = world.retries()
    world.faults(profile)
    world.sign_up()
    assert world.actions.admin_get_user("ada")["UserStatus"] == "UNCONFIRMED"
    assert dict(retries.counts) == {("SignUp", reason): 1}
    assert retries.unknown == []
    call = next(call for call in world.trace.calls if call.operation == "SignUp")
    assert (call.retries, call.retried, call.outcome) == (1, (reason,), "ok")
    assert f"1 retry ({reason})" in render_calls([call])


def test_refusal_is_never_repeated(world: World) -> None:
    """One of Cognito's errors is the result, also if the call would succeed the second time."""
    world.retries()
    world.emulator.faults.plan(_planned("NotAuthorizedException", 400))
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        world.sign_up()
    assert world.calm.waits == []
    world.sign_up()


def test_limit_of_an_hour_is_never_repeated(world: World) -> None:
    """LimitExceededException is no throttle: a repetition would use up more."""
    world.retries()
    world.emulator.faults.plan(_planned("LimitExceededException", 400))
    with pytest.raises(ClientError, match="LimitExceededException"):
        world.sign_up()
    assert world.calm.waits == []


def test_refusal_after_a_lost_response_is_not_believed(world: World) -> None:
    """The first SignUp was carried out, so the second one's refusal says nothing."""
    retries = world.retries()
    world.faults("cut@SignUp:1")
    with pytest.raises(ResultUnknown) as found:
        world.sign_up()
    assert str(found.value) == (
        "SignUp could not be asked: response cut off; repeated, the call was refused with "
        "UsernameExistsException, which may be the first one's doing"
    )
    assert retries.unknown == [found.value]
    assert found.value.verdict == "could not be asked"


def test_success_after_a_lost_response_is_believed(world: World) -> None:
    """Reading twice is like reading once, although the first response was lost."""
    world.sign_up()
    world.retries()
    world.faults("cut@AdminGetUser:1")
    assert world.actions.admin_get_user("ada")["Username"] == "ada"


def test_refusal_of_a_repeated_read_is_believed(world: World) -> None:
    """A first look cannot have made the user go away."""
    world.retries()
    world.faults("drop@AdminGetUser:1")
    with pytest.raises(ClientError, match="UserNotFoundException"):
        world.actions.admin_get_user("nobody")


def test_wrong_password_is_not_counted_twice_unnoticed(world: World) -> None:
    """A refused password after a lost response ends the call: it may have counted twice."""
    world.sign_up()
    world.actions.admin_confirm_sign_up("ada")
    world.retries()
    wrong = {"USERNAME": "ada", "PASSWORD": "Wrong-horse-1"}
    world.faults("cut@InitiateAuth:1")
    with pytest.raises(ResultUnknown, match="refused with NotAuthorizedException"):
        world.actions.initiate_auth("USER_PASSWORD_AUTH", wrong)


def test_code_is_not_sent_twice(world: World) -> None:
    """ResendConfirmationCode is not repeated if it may have sent a code."""
    world.sign_up()
    world.retries()
    world.faults("cut@ResendConfirmationCode:1")
    with pytest.raises(ResultUnknown, match="so it was not repeated"):
        world.actions.resend_confirmation_code("ada")
    assert len(world.emulator.outbox.messages(username="ada", kind="resend")) == 1
    assert world.calm.waits == []


def test_throttled_code_is_sent(world: World) -> None:
    """A throttle is certain to have done nothing."""
    world.sign_up()
    world.retries()
    world.faults("throttle@ResendConfirmationCode:1")
    world.actions.resend_confirmation_code("ada")
    assert len(world.emulator.outbox.messages(username="ada", kind="resend")) == 1


def test_error_that_comes_every_time_is_the_result(world: World) -> None:
    """A service that always fails is not unlucky, and its error stays botocore's."""
    retries = CallRetries(2)
    retries.attach(world.client)
    world.faults("internal@SignUp:1")
    with pytest.raises(ClientError, match="InternalErrorException"):
        world.sign_up()
    assert retries.counts["SignUp", "status 500 (InternalErrorException)"] == 2


def test_endless_throttle_is_no_result(world: World) -> None:
    """A throttle never looks like a refusal of what was asked."""
    CallRetries(2).attach(world.client)
    world.faults("throttle@SignUp:1")
    with pytest.raises(ResultUnknown, match="it failed each time: throttled 3 times"):
        world.sign_up()


def test_throttle_that_a_pacer_gives_up_is_no_result(world: World) -> None:
    """Where a pacer repeats throttled calls, its last throttle ends the same."""
    clock = VirtualClock(start=1_000_000.0, frozen=True)
    Pacer(OwnSlots(), clock, place="it", share=1.0, attempts=2).attach(world.client)
    retries = world.retries(repeats_throttles=False)
    world.faults("throttle@SignUp:1")
    with pytest.raises(ResultUnknown, match="it was throttled each time"):
        world.sign_up()
    assert dict(retries.counts) == {}
    assert world.trace.calls[-1].retried == ("throttled",)


def test_unconnected_call_is_not_in_doubt() -> None:
    """What was never connected was never carried out, and the error stays botocore's."""
    client = offline_client("us-east-1", "http://127.0.0.1:9")
    retries = CallRetries(1)
    retries.attach(client)
    with pytest.raises(EndpointConnectionError):
        client.forgot_password(ClientId="c", Username="ada")
    assert dict(retries.counts) == {("ForgotPassword", "no connection"): 1}


def test_nothing_is_repeated_while_it_is_off(world: World) -> None:
    """A test about throttles sees them."""
    retries = world.retries()
    world.faults("throttle@SignUp:1")
    with retries.off(), pytest.raises(ClientError) as found:
        world.sign_up()
    assert throttles(cast("dict[str, Any]", found.value.response))


def test_deletion_is_believed_where_only_what_is_left_counts(world: World) -> None:
    """At the end of a run, a refusal after a lost deletion is a plain refusal again."""
    world.sign_up()
    retries = world.retries()
    world.faults("cut@AdminDeleteUser:1")
    with retries.believing(), pytest.raises(ClientError, match="UserNotFoundException"):
        world.actions.admin_delete_user("ada")
    world.faults("cut@AdminDeleteUser:1")
    with pytest.raises(ResultUnknown):
        world.actions.admin_delete_user("ada")


def test_pauses_grow(world: World) -> None:
    """Each pause is longer than the one before, up to five seconds."""
    waits: list[float] = []

    class Noted(Calm):
        def wait_until(self, moment: float) -> None:
            waits.append(moment)

    CallRetries(6, Noted(world.emulator)).attach(world.client)
    world.faults("internal@AdminGetUser:1")
    with pytest.raises(ClientError):
        world.actions.admin_get_user("ada")
    assert len(waits) == 6
    for number, seconds in enumerate(waits):
        longest = min(5.0, 0.2 * 2**number)
        assert longest / 2 <= seconds <= longest


def test_wrong_rule_takes_luck_for_a_refusal(world: World) -> None:
    """With a rule that believes everything, the same lost SignUp looks like a taken name."""
    world.retries(rule=lambda *_: Believed.ANY)
    world.faults("cut@SignUp:1")
    with pytest.raises(ClientError, match="UsernameExistsException"):
        world.sign_up()


def _planned(code: str, status: int) -> Any:
    from harness.emulator.stores.faults import Fault  # as the fixture of the faults does

    return Fault("SignUp", code=code, message="planned", status=status)

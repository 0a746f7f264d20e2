"""ResendConfirmationCode (section 1.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.conftest import Call
from tests.emulator.support.expect import HOUR, TOO_MANY, WRONG_CODE, Person, refused


@pytest.fixture
def alice(pool_id: str, client: dict[str, Any], unconfirmed_user: Callable[..., Person]) -> Person:
    """A user who signed up and has a code."""
    return unconfirmed_user(pool_id, client)


def resend(call: Call, person: Person) -> dict[str, Any]:
    """Request another code."""
    answer = call("ResendConfirmationCode", ClientId=person.client_id, Username=person.username)
    return dict(answer["CodeDeliveryDetails"])


@pytest.mark.fact("A046", "A047")
def test_new_code_goes_to_the_same_destination(call: Call, engine: Engine, alice: Person) -> None:
    """The delivery details stay the same, and a second call works right away."""
    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert resend(call, alice) == details
    assert resend(call, alice) == details
    kinds = [message.kind for message in engine.outbox.messages(username="alice")]
    assert kinds == ["resend", "resend", "sign_up"]


@pytest.mark.fact("A049", "M137")
def test_only_the_newest_code_works(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """After a resend the old code is wrong, and the new one confirms."""
    old = code("alice", "sign_up")
    resend(call, alice)
    request = {"ClientId": alice.client_id, "Username": "alice"}
    with refused("CodeMismatchException", WRONG_CODE):
        call("ConfirmSignUp", **request, ConfirmationCode=old)
    call("ConfirmSignUp", **request, ConfirmationCode=code("alice", "resend"))


@pytest.mark.fact("A048", "A289", "A048b")
def test_sixth_call_within_an_hour_is_refused(call: Call, engine: Engine, alice: Person) -> None:
    """The sixth request within an hour is refused and sends nothing."""
    for _ in range(5):
        resend(call, alice)
    before = len(engine.outbox.messages())
    with refused("LimitExceededException", TOO_MANY):
        resend(call, alice)
    assert len(engine.outbox.messages()) == before
    engine.clock.advance(HOUR - 1)
    with refused("LimitExceededException", TOO_MANY):
        resend(call, alice)
    engine.clock.advance(1)
    resend(call, alice)


@pytest.mark.fact("A050", "A312")
def test_confirmed_user_is_refused(call: Call, alice: Person) -> None:
    """A confirmed user gets no code."""
    call("AdminConfirmSignUp", UserPoolId=alice.user_pool_id, Username="alice")
    with refused("InvalidParameterException", "User is already confirmed."):
        resend(call, alice)


def test_pool_without_verification_is_refused(
    call: Call,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
) -> None:
    """A pool that verifies nothing has no code to send."""
    pool_id = make_pool(AutoVerifiedAttributes=[])
    person = unconfirmed_user(pool_id, make_client(pool_id))
    text = "Cannot resend codes. Auto verification not turned on."
    with refused("NotAuthorizedException", text):
        resend(call, person)

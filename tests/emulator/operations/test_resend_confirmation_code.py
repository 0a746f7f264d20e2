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
    """Somebody who signed up and has her code."""
    return unconfirmed_user(pool_id, client)


def resend(call: Call, person: Person) -> dict[str, Any]:
    """Ask for another code."""
    answer = call("ResendConfirmationCode", ClientId=person.client_id, Username=person.username)
    return dict(answer["CodeDeliveryDetails"])


@pytest.mark.fact("A046", "A047")
def test_the_new_code_goes_where_the_old_one_went(
    call: Call, engine: Engine, alice: Person
) -> None:
    """The same details, and a second call a moment later works as well."""
    details = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert resend(call, alice) == details
    assert resend(call, alice) == details
    kinds = [message.kind for message in engine.outbox.messages(username="alice")]
    assert kinds == ["resend", "resend", "sign_up"]


@pytest.mark.fact("A049")
def test_only_the_newest_code_counts(call: Call, alice: Person, code: Callable[..., str]) -> None:
    """After a resend the old code is a wrong one, and the new one confirms."""
    old = code("alice", "sign_up")
    resend(call, alice)
    request = {"ClientId": alice.client_id, "Username": "alice"}
    with refused("CodeMismatchException", WRONG_CODE):
        call("ConfirmSignUp", **request, ConfirmationCode=old)
    call("ConfirmSignUp", **request, ConfirmationCode=code("alice", "resend"))


@pytest.mark.fact("A048", "A289")
def test_five_an_hour(call: Call, engine: Engine, alice: Person) -> None:
    """The sixth request within the hour is refused and sends nothing."""
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
def test_the_confirmed_need_no_code(call: Call, alice: Person) -> None:
    """A confirmed user is told so."""
    call("AdminConfirmSignUp", UserPoolId=alice.user_pool_id, Username="alice")
    with refused("InvalidParameterException", "User is already confirmed."):
        resend(call, alice)


def test_there_must_be_something_to_verify(
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

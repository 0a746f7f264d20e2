"""The outbox: its messages, their order, and how they are found (sections 1.3 and 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.stores.outbox import Message
from tests.emulator.conftest import Call
from tests.emulator.support.expect import START, Person, pairs


@pytest.fixture
def people(
    call: Call,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
) -> list[Person]:
    """Alice and Bob in one pool and another Alice in a second pool, in this order."""
    pools = [make_pool(), make_pool()]
    clients = [make_client(pool_id) for pool_id in pools]
    return [
        unconfirmed_user(pools[0], clients[0], "alice", phone_number="+15555550100"),
        unconfirmed_user(pools[0], clients[0], "bob"),
        unconfirmed_user(pools[1], clients[1], "alice", email="al@example.org"),
    ]


def test_message_repr_hides_its_code(engine: Engine, people: list[Person]) -> None:
    """A message has all details of its delivery, and its repr hides the code."""
    message = engine.outbox.messages(username="bob")[0]
    assert message == Message(
        kind="sign_up",
        user_pool_id=people[1].user_pool_id,
        username="bob",
        destination="bob@example.com",
        medium="EMAIL",
        attribute="email",
        code=message.code,
        sent_at=START,
        subject="Your verification code",
        body=f"Your confirmation code is {message.code}.",
    )
    assert message.code not in repr(message)


@pytest.mark.parametrize("name", ["username", "sub", "email", "phone_number"])
def test_message_is_found_by_any_name_of_its_user(
    engine: Engine, people: list[Person], name: str
) -> None:
    """Username, sub, email address and phone number all find a user's messages."""
    alice = people[0]
    wanted = {"phone_number": "+15555550100"}.get(name) or getattr(alice, name)
    found = engine.outbox.messages(username=wanted, user_pool_id=alice.user_pool_id)
    assert [message.destination for message in found] == ["alice@example.com"]


def test_outbox_is_newest_first_and_can_be_filtered(
    call: Call, engine: Engine, people: list[Person]
) -> None:
    """Without filters all messages are listed; pool, kind and name each narrow the list."""
    bob = people[1]
    call("ResendConfirmationCode", ClientId=bob.client_id, Username="bob")
    outbox = engine.outbox
    names = [(message.username, message.kind) for message in outbox.messages()]
    assert names == [
        ("bob", "resend"),
        ("alice", "sign_up"),
        ("bob", "sign_up"),
        ("alice", "sign_up"),
    ]
    assert len(outbox.messages(username="alice")) == 2
    assert len(outbox.messages(username="ALICE", user_pool_id=bob.user_pool_id)) == 1
    assert [message.username for message in outbox.messages(kind="resend")] == ["bob"]
    assert outbox.messages(username="nobody") == []
    outbox.clear()
    assert outbox.messages() == []
    assert outbox.messages(username="bob") == []


def test_sms_is_in_the_outbox(
    call: Call,
    engine: Engine,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
) -> None:
    """A code sent by SMS is in the outbox and confirms the user."""
    client = make_client(make_pool(AutoVerifiedAttributes=["phone_number"]))
    request = {"ClientId": client["ClientId"], "Username": "alice"}
    call(
        "SignUp",
        **request,
        Password="Correct-Horse-7",
        UserAttributes=pairs(phone_number="+15555550100"),
    )
    message = engine.outbox.messages(username="+15555550100")[0]
    assert (message.medium, message.destination) == ("SMS", "+15555550100")
    call("ConfirmSignUp", **request, ConfirmationCode=message.code)

"""The outbox, masking, pending codes and hourly limits (sections 1.1, 1.3 and 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.domain.codes import CodeBook, PendingCode
from harness.emulator.domain.contacts import mask_email, mask_phone
from harness.emulator.engine import Engine
from harness.emulator.stores.outbox import Message
from tests.emulator.conftest import Call
from tests.emulator.support.expect import LATE_CODE, START, WRONG_CODE, Person, pairs, refused


@pytest.mark.fact("A010", "A315")
@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("test@example.com", "t***@e***"),
        ("f@e.org", "f***@e***"),
        ("a.very.long.name@sub.domain.example.com", "a***@s***"),
        ("odd@name@example.com", "o***@e***"),
    ],
)
def test_addresses_are_masked(address: str, masked: str) -> None:
    """First letters and three stars each, whatever the length."""
    assert mask_email(address) == masked


@pytest.mark.fact("A011")
@pytest.mark.parametrize("number", ["+15555559934", "+4930123459934", "+9934"])
def test_numbers_are_masked(number: str) -> None:
    """Seven stars and the last four digits."""
    assert mask_phone(number) == "+*******9934"


@pytest.fixture
def people(
    call: Call,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
) -> list[Person]:
    """Alice and Bob in one pool, and another Alice in another pool, in this order."""
    pools = [make_pool(), make_pool()]
    clients = [make_client(pool_id) for pool_id in pools]
    return [
        unconfirmed_user(pools[0], clients[0], "alice", phone_number="+15555550100"),
        unconfirmed_user(pools[0], clients[0], "bob"),
        unconfirmed_user(pools[1], clients[1], "alice", email="al@example.org"),
    ]


def test_a_message_tells_everything_but_its_code(engine: Engine, people: list[Person]) -> None:
    """Kind, pool, user, full destination, medium, attribute and time; the code is not shown."""
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
def test_messages_are_found_by_any_name(engine: Engine, people: list[Person], name: str) -> None:
    """User name, sub, address and number all lead to a user's messages."""
    alice = people[0]
    wanted = {"phone_number": "+15555550100"}.get(name) or getattr(alice, name)
    found = engine.outbox.messages(username=wanted, user_pool_id=alice.user_pool_id)
    assert [message.destination for message in found] == ["alice@example.com"]


def test_the_outbox_is_newest_first_and_filtered(
    call: Call, engine: Engine, people: list[Person]
) -> None:
    """Without filters everything is there; pool, kind and name each narrow it."""
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


def test_text_messages_are_in_the_outbox_too(
    call: Call,
    engine: Engine,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
) -> None:
    """A code by SMS arrives like one by e-mail, and confirms."""
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


def pending(value: str, attribute: str = "email") -> PendingCode:
    """A code that is good from second 0 to 10."""
    return PendingCode(value, attribute, "a@example.com", 0.0, 10.0)


@pytest.mark.fact("A049")
def test_a_code_book_keeps_one_code_per_purpose() -> None:
    """A newer code replaces the older of its purpose and no other."""
    book = CodeBook()
    book.put("sign_up", pending("111111"))
    book.put("forgot_password", pending("222222"))
    book.put("resend", pending("333333"))
    with refused("CodeMismatchException", WRONG_CODE):
        book.check("sign_up", "111111", 5.0)
    assert book.check("sign_up", "333333", 5.0).value == "333333"
    assert book.check("admin_reset", "222222", 5.0).value == "222222"


def test_attributes_have_codes_of_their_own() -> None:
    """An address's code does not verify a number."""
    book = CodeBook()
    book.put("attribute_verification", pending("111111", "email"))
    book.put("attribute_verification", pending("222222", "phone_number"))
    with refused("CodeMismatchException", WRONG_CODE):
        book.check("attribute_verification", "111111", 5.0, "phone_number")
    book.spend("attribute_verification", "phone_number")
    with refused("ExpiredCodeException", LATE_CODE):
        book.check("attribute_verification", "222222", 5.0, "phone_number")
    assert book.check("attribute_verification", "111111", 5.0, "email").value == "111111"


@pytest.mark.fact("A038")
def test_a_late_code_is_late_whether_right_or_wrong() -> None:
    """Past its time every code gets the answer for late ones."""
    book = CodeBook()
    book.put("sign_up", pending("111111"))
    for code in ("111111", "222222"):
        with refused("ExpiredCodeException", LATE_CODE):
            book.check("sign_up", code, 10.0)


def test_codes_do_not_show() -> None:
    """A pending code's repr does not tell it."""
    assert "111111" not in repr(pending("111111"))

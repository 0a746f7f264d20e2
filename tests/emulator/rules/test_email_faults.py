"""Late, lost and doubled emails of a fault profile, by the emulator's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.clock import VirtualClock
from harness.emulator import EmulatorSettings, Triggers
from harness.emulator.engine import Engine
from harness.emulator.stores.outbox import Message
from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, START, pairs


@pytest.fixture
def sign_up(call: Call, client_id: str) -> Callable[[str], None]:
    """Sign up a user with an email address, to which a code is sent."""

    def make(name: str) -> None:
        attributes = pairs(email=f"{name}@example.com")
        call(
            "SignUp",
            ClientId=client_id,
            Username=name,
            Password=PASSWORD,
            UserAttributes=attributes,
        )

    return make


def test_a_late_email_comes_when_the_clock_has_passed(
    engine: Engine, call: Call, client_id: str, sign_up: Callable[[str], None]
) -> None:
    """It is nowhere before its time; then it has the time of its sending, and its code is right."""
    engine.faults.set_profile("email-late:1:30s")
    sign_up("alice")
    engine.clock.advance(29.9)
    assert engine.outbox.messages() == []
    assert engine.outbox.numbered(5) == []
    assert engine.outbox.late == 1
    engine.clock.advance(0.1)
    (message,) = engine.outbox.messages(username="alice@example.com")
    assert message.sent_at == START
    assert engine.outbox.late == 0
    call("ConfirmSignUp", ClientId=client_id, Username="alice", ConfirmationCode=message.code)


def test_late_emails_arrive_in_one_go(engine: Engine, sign_up: Callable[[str], None]) -> None:
    """Whoever hears of the first one finds all of them, and can delete all of them."""
    engine.faults.set_profile("email-late:1:30s")
    sign_up("first")
    sign_up("second")
    seen: list[list[str]] = []

    def save_and_clear(_: Message) -> None:
        seen.append([message.username for message, _ in engine.outbox.exported()[0]])
        engine.outbox.clear()

    engine.outbox.listeners.append(save_and_clear)
    engine.clock.advance(30)
    assert engine.outbox.messages() == []
    assert seen == [["first", "second"], []]


def test_late_emails_come_in_the_order_of_their_times(
    engine: Engine, sign_up: Callable[[str], None]
) -> None:
    """A late email is newer than what was sent after it, as in a mailbox."""
    engine.faults.set_profile("email-late:1:60s")
    sign_up("first")
    engine.clock.advance(10)
    sign_up("second")
    engine.faults.set_profile(None)
    sign_up("third")
    engine.clock.advance(100)
    names = [message.username for message in engine.outbox.messages()]
    assert names == ["second", "first", "third"]


def test_a_clock_that_goes_back_holds_a_late_email_back(
    engine: Engine, sign_up: Callable[[str], None]
) -> None:
    """Its time is a moment of the clock, and not a number of seconds to wait."""
    engine.faults.set_profile("email-late:1:30s")
    sign_up("alice")
    engine.clock.set(START - 1_000)
    engine.clock.advance(100)
    assert engine.outbox.messages() == []
    engine.clock.set(START + 30)
    assert len(engine.outbox.messages()) == 1


def test_a_doubled_email_is_two_messages_with_the_same_code(
    engine: Engine, sign_up: Callable[[str], None]
) -> None:
    """Both are found, and listeners get both."""
    heard: list[str] = []
    engine.outbox.listeners.append(lambda message: heard.append(message.code))
    engine.faults.set_profile("email-twice:1")
    sign_up("alice")
    first, second = engine.outbox.messages(username="alice")
    assert first == second
    assert heard == [first.code, first.code]
    (exported, _late) = engine.outbox.exported()
    assert len(exported) == 2
    assert exported[0] == exported[1]


def test_a_lost_email_never_comes(engine: Engine, sign_up: Callable[[str], None]) -> None:
    """Cognito says that it was sent, and no clock brings it."""
    heard: list[str] = []
    engine.outbox.listeners.append(lambda message: heard.append(message.code))
    engine.faults.set_profile("email-lost:1")
    sign_up("alice")
    engine.clock.advance(365 * 86_400)
    assert (engine.outbox.messages(), engine.outbox.late, heard) == ([], 0, [])


def test_a_late_email_reaches_listeners_at_its_time(
    engine: Engine, sign_up: Callable[[str], None]
) -> None:
    """Listeners, such as a mail server, get it once and not before."""
    heard: list[str] = []
    engine.outbox.listeners.append(lambda message: heard.append(message.code))
    engine.faults.set_profile("email-late:1:30s")
    sign_up("alice")
    engine.outbox.let_arrive()
    assert heard == []
    engine.clock.advance(30)
    engine.outbox.let_arrive()
    engine.outbox.let_arrive()
    assert heard == [engine.outbox.messages()[0].code]


def test_emails_of_other_operations_are_not_struck(
    engine: Engine, call: Call, client_id: str, sign_up: Callable[[str], None]
) -> None:
    """The operation is the one that sends the email."""
    engine.faults.set_profile("email-lost@ResendConfirmationCode:1")
    sign_up("alice")
    call("ResendConfirmationCode", ClientId=client_id, Username="alice")
    assert [message.kind for message in engine.outbox.messages()] == ["sign_up"]


def test_text_messages_are_not_struck(
    engine: Engine, call: Call, make_pool: Callable[..., str], make_client: Callable[..., Any]
) -> None:
    """The faults are those of emails."""
    engine.faults.set_profile("email-lost:1")
    client = make_client(make_pool(AutoVerifiedAttributes=["phone_number"]))
    attributes = pairs(phone_number="+15555550100")
    names = {"ClientId": client["ClientId"], "Username": "alice", "Password": PASSWORD}
    call("SignUp", **names, UserAttributes=attributes)
    assert [message.medium for message in engine.outbox.messages()] == ["SMS"]


def test_emails_of_a_custom_sender_are_not_struck() -> None:
    """The handler has sent them already; the outbox only tells of them."""
    triggers = Triggers(custom_email_sender=lambda event, _: event)
    engine = Engine(
        clock=VirtualClock(START, frozen=True),
        settings=EmulatorSettings(seed=1, faults="email-lost:1"),
        triggers=triggers,
    )
    members = {"PoolName": "pool", "AutoVerifiedAttributes": ["email"]}
    pool = engine.call("CreateUserPool", members)["UserPool"]["Id"]
    app = engine.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "app"})
    engine.call(
        "SignUp",
        {
            "ClientId": app["UserPoolClient"]["ClientId"],
            "Username": "alice",
            "Password": PASSWORD,
            "UserAttributes": pairs(email="alice@example.com"),
        },
    )
    assert [message.sender for message in engine.outbox.messages()] == ["CustomEmailSender"]


def test_the_same_seed_gives_the_same_fates(engine: Engine, sign_up: Callable[[str], None]) -> None:
    """Which emails are lost depends on the seed and on their order alone."""

    def lost(seed: int) -> list[bool]:
        engine.faults.set_profile(f"email-lost:0.5,seed:{seed}")
        found = []
        for number in range(30):
            name = f"user-{len(runs)}-{number}"
            sign_up(name)
            found.append(not engine.outbox.messages(username=name))
        runs.append(seed)
        return found

    runs: list[int] = []
    first = lost(1)
    assert lost(1) == first
    assert lost(2) != first
    assert 5 < first.count(True) < 25


def test_a_reset_forgets_late_emails(engine: Engine, sign_up: Callable[[str], None]) -> None:
    """They belong to users that are gone."""
    engine.faults.set_profile("email-late:1:30s")
    sign_up("alice")
    engine.reset()
    engine.clock.advance(30)
    assert engine.outbox.messages() == []

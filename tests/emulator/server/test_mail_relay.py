"""The mail relay: emails go to a mail server by SMTP, and its failures affect no call."""

from __future__ import annotations

import email
import email.policy
import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.errors import HeaderParseError
from email.message import EmailMessage
from queue import Queue
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from harness.emulator.engine import Engine
from harness.emulator.server import mail_relay
from harness.emulator.server.mail_relay import MailRelay
from harness.emulator.triggers import Triggers
from tests.emulator.support.walker import new_pool, new_walker

PATIENCE_SECONDS = 30


class Mailbox:
    """A mail server that keeps each email, or refuses every email with a given text."""

    def __init__(self) -> None:
        self.mails: Queue[EmailMessage] = Queue()
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Receive one email."""
        if self.refusal:
            return self.refusal
        policy = email.policy.default
        mail = email.message_from_bytes(envelope.content, policy=policy)
        assert isinstance(mail, EmailMessage)
        self.mails.put(mail)
        return "250 OK"

    def next(self) -> EmailMessage:
        """Return the next email, which must arrive in time."""
        return self.mails.get(timeout=PATIENCE_SECONDS)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server and its port."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def reports() -> Queue[str]:
    """The reports of a relay."""
    return Queue()


@pytest.fixture
def relay(engine: Engine, reports: Queue[str]) -> Iterator[Callable[[int], MailRelay]]:
    """Start a relay of the engine to a port, and stop it at the end."""
    started: list[MailRelay] = []

    def start(port: int) -> MailRelay:
        started.append(MailRelay(engine, "127.0.0.1", port, reports.put).start())
        return started[-1]

    yield start
    for made in started:
        if made._take in engine.outbox.listeners:
            made.stop()


def test_code_arrives_by_email(
    engine: Engine, mailbox: tuple[Mailbox, int], relay: Callable[[int], MailRelay]
) -> None:
    """The email has the outbox's text, Cognito's sender, the user's address and clock time."""
    box, port = mailbox
    relay(port)
    new_walker(engine, confirmed=False)
    mail = box.next()
    assert (mail["To"], mail["From"]) == ("alice@example.com", "no-reply@verificationemail.com")
    assert mail["Subject"] == "Your verification code"
    assert mail["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert mail.get_content_type() == "text/plain"
    sent = engine.outbox.messages(username="alice")[0]
    assert mail.get_content().strip() == sent.body


_IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/"


@pytest.mark.parametrize(
    ("configuration", "sender"),
    [
        ({"From": "Shop <shop@example.com>"}, "Shop <shop@example.com>"),
        ({"SourceArn": f"{_IDENTITY}me@example.com"}, "me@example.com"),
        ({"SourceArn": f"{_IDENTITY}example.com"}, "no-reply@example.com"),
        ({}, "no-reply@verificationemail.com"),
    ],
)
def test_sender_is_the_pools(engine: Engine, configuration: dict[str, str], sender: str) -> None:
    """From is that of EmailConfiguration, or Cognito's own address by default."""
    pool = engine.pools[new_pool(engine)]
    pool.settings["EmailConfiguration"] |= {**configuration, "ReplyToEmailAddress": "a@b.example"}
    new_walker(engine, pool_id=pool.pool_id)
    mail = mail_relay.mail_of(pool, engine.outbox.messages()[0])
    assert (mail["From"], mail["Reply-To"]) == (sender, "a@b.example")


def test_html_and_any_letters_are_sent(engine: Engine) -> None:
    """HTML is sent as HTML in any script; the subject stays one line."""
    pool = engine.pools[new_pool(engine)]
    new_walker(engine, pool_id=pool.pool_id)
    message = engine.outbox.messages()[0]
    message = replace(message, subject="Grüße\r\nBcc: x@example.com", body="<b>日本 123456</b>")
    raw = mail_relay.mail_of(pool, message).as_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.get_content_type() == "text/html"
    assert mail.get_content().strip() == "<b>日本 123456</b>"
    assert mail["Subject"] == "Grüße Bcc: x@example.com"
    assert mail["Bcc"] is None


def test_sms_is_not_relayed(
    engine: Engine, mailbox: tuple[Mailbox, int], relay: Callable[[int], MailRelay]
) -> None:
    """Only emails are relayed; queued ones are still sent at the stop."""
    box, port = mailbox
    running = relay(port)
    pool_id = new_pool(engine, AutoVerifiedAttributes=["phone_number"])
    number = {"phone_number": "+15550001234"}
    new_walker(engine, pool_id=pool_id, confirmed=False, attributes=number)
    assert [message.medium for message in engine.outbox.messages()] == ["SMS"]
    new_walker(engine, username="bob")
    running.stop()
    assert box.mails.qsize() == 1


def test_message_of_a_custom_sender_is_not_relayed(
    mailbox: tuple[Mailbox, int], reports: Queue[str]
) -> None:
    """A message given to a custom sender trigger is not sent twice."""
    box, port = mailbox
    engine = Engine(triggers=Triggers(custom_email_sender=lambda event, context: event))
    relay = MailRelay(engine, "127.0.0.1", port, reports.put).start()
    new_walker(engine)
    relay.stop()
    assert [message.sender for message in engine.outbox.messages()] == ["CustomEmailSender"]
    assert (box.mails.qsize(), reports.qsize()) == (0, 0)


class TestFailures:
    """A mail server that fails."""

    def test_unreachable_server_is_reported(
        self, engine: Engine, relay: Callable[[int], MailRelay], reports: Queue[str]
    ) -> None:
        """The call succeeds, and one line reports the unsent email without its text."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        relay(port)
        new_walker(engine)
        line = reports.get(timeout=PATIENCE_SECONDS)
        assert line == f"smtp: 127.0.0.1:{port} did not take a message: Connection refused"

    def test_refusing_server_is_reported_by_its_code(
        self,
        engine: Engine,
        mailbox: tuple[Mailbox, int],
        relay: Callable[[int], MailRelay],
        reports: Queue[str],
    ) -> None:
        """The report has the server's code, not its words; the next email is tried."""
        box, port = mailbox
        relay(port)
        box.refusal = "554 your code 123456 is spam"
        new_walker(engine)
        assert reports.get(timeout=PATIENCE_SECONDS).endswith("a message: it answers 554")
        box.refusal = ""
        new_walker(engine, username="bob")
        assert box.next()["To"] == "bob@example.com"

    def test_invalid_sender_is_reported(
        self, engine: Engine, relay: Callable[[int], MailRelay], reports: Queue[str]
    ) -> None:
        """The call succeeds, and the outbox has the message."""
        relay(1)
        pool = engine.pools[new_pool(engine)]
        pool.settings["EmailConfiguration"] |= {"From": "a@["}
        new_walker(engine, pool_id=pool.pool_id)
        line = reports.get(timeout=PATIENCE_SECONDS)
        assert line == "smtp: a message is not a valid email (AttributeError); it is not sent"
        assert engine.outbox.messages(username="alice")

    def test_email_that_cannot_be_built_is_reported(
        self,
        engine: Engine,
        mailbox: tuple[Mailbox, int],
        relay: Callable[[int], MailRelay],
        reports: Queue[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The report names the kind of failure, and the next email is sent."""
        box, port = mailbox
        send = smtplib.SMTP.send_message

        def fail_once(*arguments: Any) -> Any:
            monkeypatch.setattr(smtplib.SMTP, "send_message", send)
            raise HeaderParseError("the secret 123456")

        monkeypatch.setattr(smtplib.SMTP, "send_message", fail_once)
        relay(port)
        new_walker(engine)
        assert reports.get(timeout=PATIENCE_SECONDS).endswith("a message: HeaderParseError")
        new_walker(engine, username="bob")
        assert box.next()["To"] == "bob@example.com"

    def test_full_queue_drops_and_reports_emails(
        self, engine: Engine, reports: Queue[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A hanging server fills only the queue; all unsent emails are reported at the end.

        The email that the server has not taken yet is one of them.
        """
        monkeypatch.setattr(mail_relay, "LONGEST_QUEUE", 2)
        monkeypatch.setattr(mail_relay, "_FLUSH_SECONDS", 0.01)
        hanging, goes_on = Event(), Event()

        def hang(*_: Any) -> None:
            hanging.set()
            assert goes_on.wait(PATIENCE_SECONDS)

        monkeypatch.setattr(MailRelay, "_send", hang)
        relay = MailRelay(engine, "127.0.0.1", 1, reports.put).start()
        new_walker(engine, username="first")
        assert hanging.wait(PATIENCE_SECONDS)
        for name in ("second", "third", "fourth"):
            new_walker(engine, username=name)
        relay.stop()
        goes_on.set()
        assert reports.get_nowait() == "smtp: 2 messages are waiting already; one is not sent"
        assert reports.get_nowait() == "smtp: 3 message(s) were not sent"


def test_a_late_email_is_sent_when_the_clock_has_passed(
    engine: Engine, mailbox: tuple[Mailbox, int], relay: Callable[[int], MailRelay]
) -> None:
    """Moving the clock sends it, although nobody reads the outbox."""
    box, port = mailbox
    relay(port)
    engine.faults.set_profile("email-late@SignUp:1:1h")
    new_walker(engine, confirmed=False)
    engine.faults.set_profile(None)
    new_walker(engine, username="bob", confirmed=False)
    assert box.next()["To"] == "bob@example.com"
    engine.clock.advance(3_600)
    assert box.next()["To"] == "alice@example.com"


def test_a_late_email_is_reported_at_the_end(
    engine: Engine,
    mailbox: tuple[Mailbox, int],
    relay: Callable[[int], MailRelay],
    reports: Queue[str],
) -> None:
    """An email that is not due when the emulator stops is not sent, and one line says so."""
    started = relay(mailbox[1])
    engine.faults.set_profile("email-late:1:1h")
    new_walker(engine, confirmed=False)
    started.stop()
    assert reports.get_nowait() == "smtp: 1 late message(s) were not due yet, and were not sent"
    assert mailbox[0].mails.empty()

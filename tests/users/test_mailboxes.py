"""Mailboxes: the newest code that fits, awaited with a deadline."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

import pytest

from harness.clock import VirtualClock
from harness.errors import ConfigurationError, DeadlineExceeded, HarnessError
from harness.redaction import Secret
from harness.users.addresses import ImapServer, PlusAddresses
from harness.users.mailboxes.base import CodeWait, Mailbox
from harness.users.mailboxes.command import CommandMailbox
from harness.users.mailboxes.dynamodb import DynamoDbMailbox
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.imap import ImapMailbox
from harness.users.mailboxes.outbox import OutboxMailbox
from harness.users.mailboxes.prompt import PromptMailbox
from harness.users.mailboxes.scripted import ScriptedMailbox
from harness.users.mailboxes.sqs import SqsMailbox

NOW = 1_795_372_815.0


def message(code: str, sent_at: float = NOW, kind: str = "sign_up") -> dict[str, Any]:
    """Return a message as an outbox gives it."""
    return {
        "kind": kind,
        "user_pool_id": "us-east-1_AbCdEf123",
        "username": "alice",
        "destination": "alice@example.com",
        "medium": "EMAIL",
        "attribute": "email",
        "code": code,
        "sent_at": sent_at,
    }


class Outbox:
    """Messages, newest first, and the questions that were asked."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.asked: list[tuple[str, str, str | None]] = []

    def __call__(
        self, *, username: str, user_pool_id: str, kind: str | None
    ) -> Sequence[Mapping[str, Any]]:
        """Return all messages, and keep the question."""
        self.asked.append((username, user_pool_id, kind))
        return self.messages


class TestOutboxMailbox:
    """The mailbox of an emulated pool."""

    def test_newest_code_is_found(self) -> None:
        """The first message is the newest; the question names person, pool and kind."""
        outbox = Outbox(message("222222"), message("111111"))
        mailbox = OutboxMailbox(outbox, "us-east-1_AbCdEf123", VirtualClock(NOW, frozen=True))
        code = mailbox.newest_code("alice@example.com", kind="sign_up")
        assert code.value == Secret("222222")
        assert (code.kind, code.username, code.sent_at) == ("sign_up", "alice", NOW)
        assert outbox.asked == [("alice@example.com", "us-east-1_AbCdEf123", "sign_up")]

    def test_code_is_not_shown(self) -> None:
        """A code's repr keeps the code to itself."""
        mailbox = OutboxMailbox(Outbox(message("222222")), "pool", VirtualClock(NOW))
        assert "222222" not in repr(mailbox.newest_code("alice"))

    def test_older_code_does_not_count(self) -> None:
        """A code sent at that very moment counts, an older one does not."""
        mailbox = OutboxMailbox(Outbox(message("1" * 6)), "pool", VirtualClock(NOW, frozen=True))
        assert mailbox.newest_code("alice", since=NOW).value == Secret("111111")
        with pytest.raises(DeadlineExceeded):
            mailbox.newest_code("alice", since=NOW + 1, deadline_seconds=0)

    def test_late_message_does_not_hide_newer_codes(self) -> None:
        """The newest code is the one that was sent last, not the message that came last."""
        outbox = Outbox(message("111111", NOW - 60), message("222222"))
        mailbox = OutboxMailbox(outbox, "pool", VirtualClock(NOW, frozen=True))
        assert mailbox.newest_code("alice", since=NOW).value == Secret("222222")
        assert mailbox.newest_code("alice").value == Secret("222222")

    def test_of_two_messages_of_one_moment_the_last_counts(self) -> None:
        """Where the times are the same, the message that came last is the newest."""
        outbox = Outbox(message("222222"), message("111111"))
        mailbox = OutboxMailbox(outbox, "pool", VirtualClock(NOW, frozen=True))
        assert mailbox.newest_code("alice").value == Secret("222222")

    def test_waits_for_a_late_code(self) -> None:
        """A code that comes before the deadline is found."""
        outbox = Outbox()

        class Late(VirtualClock):
            def wait_until(self, moment: float) -> None:
                super().wait_until(moment)
                if self.time() >= NOW + 5:
                    outbox.messages = [message("333333")]

        waiting = Late(NOW, frozen=True)
        mailbox = OutboxMailbox(outbox, "pool", VirtualClock(NOW), waiting=waiting)
        assert mailbox.newest_code("alice", deadline_seconds=10).value == Secret("333333")
        assert waiting.time() == pytest.approx(NOW + 5, abs=0.21)

    def test_missing_code_ends_at_the_deadline(self) -> None:
        """A code that never comes is awaited to the deadline and named."""
        clock, waiting = VirtualClock(NOW, frozen=True), VirtualClock(0.0, frozen=True)
        mailbox = OutboxMailbox(Outbox(), "pool", clock, waiting=waiting)
        with pytest.raises(DeadlineExceeded, match=r"'alice' of kind 'mfa' within 7\.5 s"):
            mailbox.newest_code("alice", kind="mfa", deadline_seconds=7.5)
        assert waiting.time() == 7.5
        assert clock.time() == NOW

    def test_default_deadline_is_that_of_the_mailbox(self) -> None:
        """Where the caller names no deadline it is the mailbox's own."""
        clock, waiting = VirtualClock(NOW, frozen=True), VirtualClock(0.0, frozen=True)
        mailbox = OutboxMailbox(Outbox(), "pool", clock, patience_seconds=3, waiting=waiting)
        with pytest.raises(DeadlineExceeded, match="within 3 s"):
            mailbox.newest_code("alice")
        assert waiting.time() == 3

    def test_waits_in_real_time(self) -> None:
        """A code that another thread has sent is found, and the emulator's clock stands still."""
        outbox, clock = Outbox(), VirtualClock(NOW, frozen=True)
        mailbox = OutboxMailbox(outbox, "pool", clock)
        sender = threading.Timer(0.05, outbox.messages.append, [message("444444")])
        sender.start()
        try:
            assert mailbox.newest_code("alice", deadline_seconds=20).value == Secret("444444")
        finally:
            sender.join()
        assert clock.time() == NOW

    def test_deadline_of_nothing_looks_once(self) -> None:
        """With no time to wait there is one look, and the clock is not moved."""
        outbox, clock = Outbox(), VirtualClock(NOW, frozen=True)
        with pytest.raises(DeadlineExceeded):
            OutboxMailbox(outbox, "pool", clock).newest_code("alice", deadline_seconds=0)
        assert len(outbox.asked) == 1
        assert clock.time() == NOW


class Ticking(VirtualClock):
    """A clock that moves by a second whenever it is read."""

    def time(self) -> float:
        """Return the next second."""
        self.advance(1.0)
        return super().time()


class TestCodeWait:
    """The one loop in which every mailbox waits for a code."""

    def test_looks_know_the_deadline(self) -> None:
        """A look gets the deadline by which the loop itself ends, however time passes."""
        waiting, deadlines = Ticking(0.0, frozen=True), list[float]()

        def look(deadline: float) -> None:
            deadlines.append(deadline)

        with pytest.raises(DeadlineExceeded, match="within 10 s"):
            CodeWait(waiting, 10.0).newest_code(look, "alice", None, None)
        assert set(deadlines) == {11.0}

    def test_mailboxes_have_no_deadline_of_their_own(self) -> None:
        """What a mailbox may spend on one look ends with the loop, not before it."""
        waiting, left = Ticking(0.0, frozen=True), list[float]()

        def ask(question: str, seconds: float) -> None:
            left.append(seconds)

        with pytest.raises(DeadlineExceeded, match="within 10 s"):
            PromptMailbox(ask, patience_seconds=10, waiting=waiting).newest_code("alice")
        # One second passes when the loop reads the clock, and one when the mailbox does.
        assert left[0] == 9.0


def no_reading(*_: object, **__: object) -> Any:
    """Stand in for what a mailbox reads; it must not be used."""
    pytest.fail("the mailbox was read")


#: Every mailbox; none of them can read anything.
UNREADABLE: list[Mailbox] = [
    OutboxMailbox(no_reading, "p", VirtualClock(NOW)),
    PromptMailbox(no_reading),
    ScriptedMailbox(["111111"], VirtualClock(NOW)),
    CommandMailbox(["/no/such/program"], "p"),
    ImapMailbox(
        ImapServer("mail.invalid", 993), "ann", Secret("pw"), PlusAddresses("tests@example.org")
    ),
    DynamoDbMailbox(cast(Any, None), "table", "p"),
    SqsMailbox(cast(Any, None), "queue", "p"),
]


@pytest.mark.parametrize("mailbox", UNREADABLE, ids=lambda mailbox: type(mailbox).__name__)
def test_an_unknown_kind_is_refused_at_once(mailbox: Mailbox) -> None:
    """The message lists the kinds and names the nearest, before anything is read."""
    with pytest.raises(ConfigurationError) as refused:
        mailbox.newest_code("alice", kind="signup")
    said = str(refused.value)
    assert "kind: cannot use 'signup'; did you mean 'sign_up'? allowed: sign_up, resend," in said
    assert "did you mean 'sign_up'?" in said


class TestScriptedMailbox:
    """The mailbox that was written beforehand."""

    def test_codes_come_in_the_order_of_the_script(self) -> None:
        """Codes come in the order of the script, whatever user or kind is asked for."""
        mailbox = ScriptedMailbox(["111111", Secret("222222")], VirtualClock(NOW, frozen=True))
        first = mailbox.newest_code("alice", kind="sign_up")
        second = mailbox.newest_code("alice", since=NOW + 100)
        assert (first.kind, first.value) == ("sign_up", Secret("111111"))
        assert second.value == Secret("222222")

    def test_end_of_the_script_is_reported(self) -> None:
        """After the last code the script says that it has come to its end."""
        mailbox = ScriptedMailbox([], VirtualClock(NOW))
        with pytest.raises(DeadlineExceeded, match="script has no more codes"):
            mailbox.newest_code("alice")


@contextmanager
def served(status: int, content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Serve one answer to everything on the loopback interface."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base class looks for this name
            """Answer, and keep the path."""
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestServedOutbox:
    """Reading the outbox over HTTP."""

    def test_messages_are_read_past_a_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Messages are read past any proxy, and names with signs in them arrive whole."""
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        content = json.dumps({"messages": [message("444444")]}).encode()
        with served(200, content) as (url, asked):
            messages = served_outbox(url + "/")(
                username="al+ice&kind=x@example.com", user_pool_id="us-east-1_A", kind=None
            )
        assert [found["code"] for found in messages] == ["444444"]
        assert asked == [
            "/_harness/outbox?username=al%2Bice%26kind%3Dx%40example.com&user_pool_id=us-east-1_A"
        ]

    def test_kind_of_code_is_asked_for(self) -> None:
        """The kind of a code is asked for when it is given."""
        with served(200, b'{"messages": []}') as (url, asked):
            served_outbox(url)(username="alice", user_pool_id="p", kind="mfa")
        assert asked[0].endswith("&kind=mfa")

    @pytest.mark.parametrize(
        ("status", "content", "said"),
        [
            (404, b"", "HTTP 404"),
            (200, b"<html>", "is not the outbox"),
            (200, b"[]", "is not the outbox"),
        ],
        ids=["not found", "no JSON", "other JSON"],
    )
    def test_other_service_is_one_line(self, status: int, content: bytes, said: str) -> None:
        """Another service at that address is told in one line."""
        with served(status, content) as (url, _), pytest.raises(HarnessError, match=said) as caught:
            served_outbox(url)(username="alice", user_pool_id="p", kind=None)
        assert url in str(caught.value)

    def test_closed_port_is_one_line(self) -> None:
        """An address where nothing listens is told in one line."""
        with pytest.raises(HarnessError, match=r"no emulator at http://127\.0\.0\.1:9; start one"):
            served_outbox("http://127.0.0.1:9")(username="alice", user_pool_id="p", kind=None)

"""The mailbox on a mail server, with a server that says what was written down beforehand."""

from __future__ import annotations

import base64
import socket
import ssl
from pathlib import Path

import pytest

from harness.clock import SystemClock, VirtualClock
from harness.errors import DeadlineExceeded, HarnessError
from harness.redaction import Secret
from harness.users.addresses import ImapServer, PlusAddresses
from harness.users.mailboxes.imap import ImapMailbox
from tests.mailboxes.certificates import Certificate, make_certificate
from tests.mailboxes.imap_script import PASSWORD, ImapScript, Stored, played
from tests.plugin.conftest import Inner, inner

__all__ = ["inner"]

NOW = 1_795_572_000.0
ALICE = "tests+alice@example.org"
ADDRESSES = PlusAddresses("tests@example.org")


def letter(number: int, code: str, came_at: float = NOW, to: str = ALICE) -> Stored:
    """Return a letter with a code."""
    content = f"To: {to}\r\nSubject: Your code\r\n\r\nYour confirmation code is {code}.\r\n"
    return Stored(number, came_at, content.encode())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


class Conversation:
    """A mailbox, the script of its server, and the clock on which it waits."""

    def __init__(self, certificate: Certificate, script: ImapScript, starttls: bool = False):
        self.script = script
        self.clock = VirtualClock(0.0, frozen=True)
        self._certificate = certificate
        self._starttls = starttls
        self.mailbox: ImapMailbox | None = None

    def code(self, username: str = "alice", **wanted: object) -> str:
        """Return the newest code."""
        with played(self.script, self._certificate.server_context(), self._starttls):
            self.mailbox = self.mailbox or self.new_mailbox(self._certificate.client_context())
            self.mailbox._server = self.server()
            found = self.mailbox.newest_code(username, **wanted)  # type: ignore[arg-type]  # any
        return found.value.reveal()

    def new_mailbox(self, context: ssl.SSLContext) -> ImapMailbox:
        """Return a mailbox on the server that is being played."""
        return ImapMailbox(
            self.server(),
            "tests@example.org",
            Secret(PASSWORD),
            ADDRESSES,
            waiting=self.clock,
            context=context,
        )

    def server(self) -> ImapServer:
        """Return where the server is that is being played."""
        return ImapServer("127.0.0.1", self.script.port, starttls=self._starttls)


class TestConversation:
    """What is said to the server."""

    def test_mailbox_reads_without_a_mark(self, certificate: Certificate) -> None:
        """It logs in, opens the folder to read only, searches, fetches without a mark, leaves."""
        talk = Conversation(certificate, ImapScript([letter(7, "012345")]))
        assert talk.code(since=NOW - 60) == "012345"
        assert talk.script.said == [
            "CAPABILITY",
            "AUTHENTICATE PLAIN",
            f"\0tests@example.org\0{PASSWORD}",
            'EXAMINE "INBOX"',
            "NOOP",
            f'UID SEARCH TO "{ALICE}" SINCE 24-Nov-2026',
            "UID FETCH 7 (INTERNALDATE BODY.PEEK[])",
            "LOGOUT",
        ]

    def test_server_without_auth_plain_gets_login(self, certificate: Certificate) -> None:
        """A server that does not know AUTHENTICATE PLAIN gets LOGIN."""
        script = ImapScript([letter(7, "012345")], capabilities="IMAP4rev1")
        assert Conversation(certificate, script).code() == "012345"
        assert f'LOGIN tests@example.org "{PASSWORD}"' in script.said

    def test_nothing_is_sent_before_starttls(self, certificate: Certificate) -> None:
        """With STARTTLS nothing about a user is sent before the connection is safe."""
        script = ImapScript([letter(7, "012345")], capabilities="IMAP4rev1 STARTTLS AUTH=PLAIN")
        assert Conversation(certificate, script, starttls=True).code() == "012345"
        assert script.said[:3] == ["CAPABILITY", "STARTTLS", "(TLS)"]

    def test_missing_starttls_sends_no_password(self, certificate: Certificate) -> None:
        """If the connection cannot be made safe, no password is sent."""
        script = ImapScript([letter(7, "012345")])
        with pytest.raises(HarnessError, match="cannot be read: TLS not supported by server"):
            Conversation(certificate, script, starttls=True).code()
        assert not any(PASSWORD in said for said in script.said)


class TestWhichLetter:
    """The newest that fits."""

    def test_latest_code_counts(self, certificate: Certificate) -> None:
        """Of several codes the one that came last counts."""
        letters = [letter(9, "999999"), letter(10, "101010"), letter(8, "888888")]
        assert Conversation(certificate, ImapScript(letters)).code() == "101010"

    def test_similar_address_does_not_match(self, certificate: Certificate) -> None:
        """A server that finds addresses by their parts does not mix people up."""
        letters = [letter(1, "111111"), letter(2, "222222", to="tests+alice-2@example.org")]
        assert Conversation(certificate, ImapScript(letters)).code() == "111111"

    def test_letter_without_a_code_is_skipped(self, certificate: Certificate) -> None:
        """A newer letter that has no code is passed over."""
        letters = [letter(1, "111111"), letter(2, "none")]
        assert Conversation(certificate, ImapScript(letters)).code() == "111111"

    def test_older_letter_does_not_count(self, certificate: Certificate) -> None:
        """Older letters do not count; two clocks may differ a little, and seconds are whole."""
        talk = Conversation(certificate, ImapScript([letter(1, "111111")]))
        assert talk.code(since=NOW + 1.9) == "111111"
        with pytest.raises(DeadlineExceeded, match="1 emails for this address are too old"):
            talk.code(since=NOW + 2.1, deadline_seconds=0)

    def test_given_code_is_not_new(self, certificate: Certificate) -> None:
        """What was given out before a moment is not new after it, whatever the clocks say."""
        now = SystemClock().time()
        talk = Conversation(certificate, ImapScript([letter(1, "111111", now + 60)]))
        assert talk.code() == "111111"
        talk.script.later = [[], [letter(2, "222222", now + 61)]]
        assert talk.code(since=SystemClock().time()) == "222222"

    def test_old_letter_is_given_after_a_wait(self, certificate: Certificate) -> None:
        """A letter that may be too old is given out when no newer one has come for a while."""
        script = ImapScript([letter(1, "111111")], later=[[], [letter(2, "222222", NOW + 1)]])
        talk = Conversation(certificate, script)
        assert talk.code(since=NOW + 0.5) == "222222"
        assert talk.clock.time() == 3.0
        assert talk.code(since=NOW - 2) == "222222"
        assert talk.clock.time() == 3.0

    def test_resent_code_is_not_the_first_one(self, certificate: Certificate) -> None:
        """A code that was sent again is not the one before it, which comes first."""
        script = ImapScript([letter(1, "111111")], later=[[], [letter(2, "222222")]])
        talk = Conversation(certificate, script)
        assert talk.code(kind="resend") == "222222"
        assert talk.clock.time() == 3.0

    def test_single_look_gives_what_is_there(self, certificate: Certificate) -> None:
        """Who looks once gets what is there."""
        talk = Conversation(certificate, ImapScript([letter(1, "111111")]))
        assert talk.code(since=NOW, deadline_seconds=0) == "111111"
        assert talk.clock.time() == 0

    def test_letter_is_given_for_one_reason(self, certificate: Certificate) -> None:
        """A letter that was given out for one reason is not given out for another."""
        talk = Conversation(certificate, ImapScript([letter(1, "111111")]))
        assert talk.code(kind="sign_up") == talk.code(kind="sign_up") == talk.code() == "111111"
        talk.script.later = [[], [letter(2, "222222")]]
        assert talk.code(kind="resend") == "222222"
        with pytest.raises(DeadlineExceeded):
            talk.code(kind="mfa", deadline_seconds=0)

    def test_later_code_is_found(self, certificate: Certificate) -> None:
        """A code that comes while it is awaited is found at the next look."""
        script = ImapScript(later=[[], [], [letter(1, "111111")]])
        talk = Conversation(certificate, script)
        assert talk.code() == "111111"
        assert talk.clock.time() == 2.0

    def test_useless_letters_are_fetched_once(self, certificate: Certificate) -> None:
        """A letter that did not fit is not looked at again."""
        script = ImapScript([letter(1, "none")], later=[[], [], [letter(2, "222222")]])
        assert Conversation(certificate, script).code() == "222222"
        assert sum("FETCH 1 " in said for said in script.said) == 1

    def test_invitation_gives_the_temporary_password(self, certificate: Certificate) -> None:
        """For an invitation the temporary password is looked for."""
        found = letter(1, "")
        text = b"To: tests+alice@example.org\r\n\r\nYour username is alice and temporary password"
        found.content = text + b" is 123456.xY!.\r\n"
        talk = Conversation(certificate, ImapScript([found]))
        assert talk.code(kind="invitation") == "123456.xY!"

    def test_deadline_names_person_kind_and_time(self, certificate: Certificate) -> None:
        """Without a code the message names the person, the kind and the time."""
        talk = Conversation(certificate, ImapScript())
        with pytest.raises(DeadlineExceeded) as caught:
            talk.code(kind="mfa", deadline_seconds=5)
        assert str(caught.value) == (
            "there was no code for 'alice' of kind 'mfa' within 5 s; no email came for this address"
        )
        assert talk.clock.time() == 5


class TestFailures:
    """Servers that cannot be used."""

    @pytest.mark.parametrize(
        ("command", "said"),
        [
            ("AUTHENTICATE", "the login as 'tests@example.org' is refused: NO not today"),
            ("EXAMINE", "cannot be read: not today"),
            ("UID", "cannot be read: not today"),
        ],
    )
    def test_refusal_is_one_message_without_the_password(
        self, certificate: Certificate, command: str, said: str
    ) -> None:
        """A refusal is one message with the server's words, and never the password."""
        script = ImapScript([letter(1, "111111")], faults={command: "NO not today"})
        with pytest.raises(HarnessError) as caught:
            Conversation(certificate, script).code()
        assert said.replace("NO ", "") in str(caught.value).replace("NO ", "")
        assert PASSWORD not in repr(caught.value.__dict__) + str(caught.value)

    def test_refused_login_has_no_cause_and_no_context(self, certificate: Certificate) -> None:
        """The error of a refused login has no other behind it, whose frames hold the password."""
        script = ImapScript(faults={"AUTHENTICATE": "NO not today"})
        with pytest.raises(HarnessError) as caught:
            Conversation(certificate, script).code()
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    def test_untrusted_server_is_not_told_who_asks(self, certificate: Certificate) -> None:
        """A server that proves nothing is not told who asks."""
        talk = Conversation(certificate, ImapScript())
        with (
            played(talk.script, certificate.server_context()),
            pytest.raises(HarnessError, match="certificate verify failed"),
        ):
            talk.new_mailbox(ssl.create_default_context()).newest_code("alice")
        assert talk.script.said == []

    def test_closed_port_is_one_message(self, certificate: Certificate, tmp_path: Path) -> None:
        """A port where nothing listens is one message with the server's URL."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            script = ImapScript(port=listener.getsockname()[1])
        mailbox = Conversation(certificate, script).new_mailbox(certificate.client_context())
        with pytest.raises(HarnessError, match=r"imaps://127\.0\.0\.1:\d+/INBOX cannot be read: "):
            mailbox.newest_code("alice")


class TestRun:
    """A whole run, as its reader sees it."""

    @pytest.mark.parametrize(
        "faults", [{}, {"AUTHENTICATE": "NO not today"}], ids=["late", "login"]
    )
    def test_no_password_is_shown(
        self, certificate: Certificate, inner: Inner, faults: dict[str, str]
    ) -> None:
        """A failing test at highest verbosity shows why, and neither password nor any spelling."""
        script = ImapScript(faults=faults)
        with played(script, certificate.server_context()):
            result = inner(
                *("-vv", "--showlocals", "--tb=long", "--log-level=DEBUG", "-rA"),
                "--cognito-mailbox=imap",
                f"--cognito-imap-url=imaps://127.0.0.1:{script.port}",
                "--cognito-mailbox-address=tests@example.org",
                "--cognito-mailbox-deadline=0.1",
                source="def test_it(cognito_mailbox): cognito_mailbox.newest_code('alice')",
                COGNITO_HARNESS_IMAP_PASSWORD=PASSWORD,
                SSL_CERT_FILE=str(certificate.chain),
            )
        assert result.ret == 1
        shown = result.stdout.str() + result.stderr.str()
        assert ("is refused" if faults else "no email came for this address") in shown
        sent = f"\0tests@example.org\0{PASSWORD}"
        assert sent in script.said
        for spelling in (PASSWORD, base64.b64encode(sent.encode()).decode()):
            assert spelling not in shown

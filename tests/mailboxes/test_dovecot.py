"""The mailbox on a real mail server, which a served emulator sends its emails to.

``tox -e imap`` installs Dovecot; elsewhere these tests are skipped where it is missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from harness.clock import SystemClock
from harness.errors import DeadlineExceeded, HarnessError
from harness.redaction import Secret
from harness.users.addresses import ImapServer, PlusAddresses
from harness.users.mailboxes.imap import ImapMailbox
from tests.cli.processes import serving
from tests.mailboxes.install_packages import DOVECOT
from tests.plugin.conftest import Inner, inner
from tests.support.sources import ROOT

if DOVECOT is None or os.geteuid() != 0:
    pytest.skip("Dovecot is not here, or not for this user: tox -e imap", allow_module_level=True)

from tests.mailboxes.dovecot import PASSWORD, Dovecot, dovecot, relaying

__all__ = ["inner"]

ADDRESSES = PlusAddresses("tests@example.org")
SCENARIOS = ("test_main_job", "test_password_recovery", "test_sign_up", "test_temporary_password")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """A mail server."""
    with dovecot() as running:
        yield running


def mailbox_of(server: Dovecot, password: str = PASSWORD, starttls: bool = False) -> ImapMailbox:
    """Return the mailbox of tests@example.org."""
    port = server.starttls_port if starttls else server.imaps_port
    return ImapMailbox(
        ImapServer("127.0.0.1", port, starttls=starttls),
        "tests@example.org",
        Secret(password),
        ADDRESSES,
        context=server.certificate.client_context(),
    )


def deliver(server: Dovecot, person: str, body: str, subtype: str = "plain") -> None:
    """Deliver an email to a person's own address."""
    letter = EmailMessage()
    letter["To"] = ADDRESSES.of(person)
    letter["Subject"] = "Your verification code"
    letter.set_content(body, subtype=subtype, cte="quoted-printable")
    server.deliver(letter.as_bytes(), ADDRESSES.of(person))


class TestMailServer:
    """The conversation with Dovecot."""

    @pytest.mark.parametrize("starttls", [False, True], ids=["imaps", "starttls"])
    def test_newest_code_of_the_address_is_found(self, server: Dovecot, starttls: bool) -> None:
        """The newest code to the address is found, even if others have got one since."""
        person = f"alice-{starttls}".lower()
        deliver(server, person, "Your confirmation code is 111111.")
        deliver(server, person, "<p>Your confirmation code is <b>222222</b>.</p>", "html")
        deliver(server, f"{person}-2", "Your confirmation code is 333333.")
        mailbox = mailbox_of(server, starttls=starttls)
        assert mailbox.newest_code(person).value == Secret("222222")
        assert mailbox.newest_code(f"{person}-2").value == Secret("333333")

    def test_awaited_code_is_found(self, server: Dovecot) -> None:
        """A code that is sent while it is awaited comes, and an older one does not count."""
        deliver(server, "bob", "Your confirmation code is 111111.")
        mailbox = mailbox_of(server)
        assert mailbox.newest_code("bob").value == Secret("111111")
        since = SystemClock().time()
        deliver(server, "bob", "Your confirmation code is 222222.")
        assert mailbox.newest_code("bob", since=since).value == Secret("222222")
        with pytest.raises(DeadlineExceeded, match="too old or contain no code"):
            mailbox.newest_code("bob", since=since + 60, deadline_seconds=0)

    def test_letters_are_not_changed(self, server: Dovecot) -> None:
        """Reading changes nothing: the code can be read again."""
        deliver(server, "carol", "Your confirmation code is 111111.")
        for _ in range(2):
            assert mailbox_of(server).newest_code("carol").value == Secret("111111")

    def test_wrong_password_is_one_message(self, server: Dovecot) -> None:
        """A refused login is one message without the password."""
        with pytest.raises(
            HarnessError, match=r"login as 'tests@example\.org' is refused"
        ) as caught:
            mailbox_of(server, "wr0ngPassw0rd").newest_code("alice")
        assert "wr0ngPassw0rd" not in str(caught.value)


class TestScenarios:
    """The product's own scenarios, with every code by email."""

    def test_scenarios_pass_with_emails(self, server: Dovecot, inner: Inner) -> None:
        """Sign-up, resent codes, recovery and invitations pass; no secret of ours is shown."""
        with relaying(server) as smtp_port, serving("--smtp", f"127.0.0.1:{smtp_port}") as served:
            result = inner(
                "-q",
                "-o",
                f"pythonpath={ROOT}",
                f"--rootdir={ROOT}",
                "--import-mode=importlib",
                *(ROOT / "scenarios" / f"{name}.py" for name in SCENARIOS),
                "-k",
                "main_job or resen or recover or invitation or confirm",
                "--cognito-target=server",
                f"--cognito-endpoint-url={served.url}",
                "--cognito-mailbox=imap",
                f"--cognito-imap-url=imaps://127.0.0.1:{server.imaps_port}",
                "--cognito-mailbox-address=tests@example.org",
                COGNITO_HARNESS_IMAP_PASSWORD=PASSWORD,
                SSL_CERT_FILE=str(server.certificate.chain),
            )
        outcomes = result.parseoutcomes()
        assert result.ret == 0, result.stdout.str()
        assert outcomes["passed"] > 10
        assert PASSWORD not in result.stdout.str() + result.stderr.str()

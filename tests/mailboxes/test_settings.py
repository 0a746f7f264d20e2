"""The settings of mailboxes: what each may be, what each mailbox needs, what is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.settings.mailboxes import MailboxSettings
from harness.settings.run_settings import gather
from harness.settings.values import MAILBOXES
from harness.users.addresses import ImapServer
from tests.plugin.conftest import Inner, inner, the_one_line
from tests.support.sources import ROOT

__all__ = ["inner"]

PASSWORD = {"COGNITO_HARNESS_IMAP_PASSWORD": "hunter2hunter2"}
IMAP = {
    "mailbox": "imap",
    "imap_url": "imaps://imap.example.org",
    "mailbox_address": "tests@example.org",
}


def resolve(environment: dict[str, str] | None = None, /, **given: str) -> MailboxSettings:
    """Return the settings of values given on the command line."""
    environment = environment or {}
    return MailboxSettings.resolve(gather(given, environment, {}, "pytest.ini"), environment)


def message(environment: dict[str, str] | None = None, /, **given: str) -> str:
    """Return what is said of values that cannot be used, and expect one line."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(environment, **given)
    text = str(caught.value)
    assert "\n" not in text
    return text


class TestValues:
    """What each setting may be."""

    @pytest.mark.parametrize(
        ("url", "server"),
        [
            ("imaps://imap.example.org", ImapServer("imap.example.org", 993)),
            ("imaps://h:1993/Tests/Codes", ImapServer("h", 1993, "Tests/Codes")),
            ("imaps://[::1]/My%20Mail", ImapServer("::1", 993, "My Mail")),
            ("imap://h", ImapServer("h", 143, starttls=True)),
        ],
    )
    def test_imap_url_gives_tls_port_and_folder(self, url: str, server: ImapServer) -> None:
        """The scheme decides TLS and port, the path is the folder."""
        assert resolve(imap_url=url).imap_url.value == server

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("imap_url", "https://h", "a URL looks like imaps://imap.example.org/INBOX"),
            ("imap_url", "imaps://h:x", "a URL looks like imaps://imap.example.org/INBOX"),
            ("imap_url", "imaps://h/Entw%C3%BCrfe", "the name of a folder must be printable ASCII"),
            ("mailbox_address", "tests", "an address has a name, @ and a host"),
            ("mailbox_address", "a+b@example.org", "+NAME is added for each user"),
            ("mailbox_deadline", "soon", "it must be above 0 and at most 1h"),
            ("mailbox_deadline", "nan", "it must be above 0 and at most 1h"),
            ("mailbox_deadline", "0", "it must be above 0 and at most 1h"),
            ("mailbox_pattern", "(", "it is not a regular expression: missing )"),
            ("mailbox_pattern", "(a)(b)", "at most one group, the code"),
            ("mailbox_command", "  ", "it must begin with the name of a program"),
            ("sqs_queue_url", "codes", "the URL of a queue looks like https://sqs.us-east-1"),
            ("dynamodb_table", "a b", "it must have 3 to 255 letters"),
            ("imap_user", "a\tb", "the name must be printable text"),
        ],
    )
    def test_bad_value_is_one_line(self, name: str, text: str, said: str) -> None:
        """A value that cannot be used is one line: the option, the value, and what is allowed."""
        line = message(**{name: text})
        assert f"--cognito-{name.replace('_', '-')}: cannot use {text!r}" in line
        assert said in line

    def test_url_with_a_password_is_refused(self) -> None:
        """A URL with a password is refused, and the password is not repeated."""
        line = message(imap_url="imaps://tests:hunter2@h")
        assert "hunter2" not in line
        assert "use --cognito-imap-user and COGNITO_HARNESS_IMAP_PASSWORD" in line

    def test_bad_command_is_not_repeated(self) -> None:
        """Arguments may be credentials, so that a command with a missing quote is not shown."""
        line = message(mailbox_command="get --token 'hunter2")
        assert "hunter2" not in line
        assert "the quotes do not match" in line

    def test_password_is_read_from_a_file(self, tmp_path: Path) -> None:
        """``@FILE`` takes the first line; a file that is missing or empty is one message."""
        path = tmp_path / "password"
        path.write_text("correct horse\nstaple\n", encoding="utf-8")
        variable = "COGNITO_HARNESS_IMAP_PASSWORD"
        assert resolve({variable: f"@{path}"}).imap_password.value == Secret("correct horse")
        path.write_text("\n", encoding="utf-8")
        assert "the first line of the file is empty" in message({variable: f"@{path}"})
        assert "No such file" in message({variable: f"@{path}x"})


class TestNeeds:
    """What each mailbox cannot do without."""

    @pytest.mark.parametrize(
        ("mailbox", "option"),
        [
            ("imap", "--cognito-imap-url"),
            ("sqs", "--cognito-sqs-queue-url"),
            ("dynamodb", "--cognito-dynamodb-table"),
            ("command", "--cognito-mailbox-command"),
        ],
    )
    def test_missing_setting_is_named(self, mailbox: str, option: str) -> None:
        """A mailbox that lacks a setting says which, and who needs it."""
        line = message(mailbox=mailbox)
        assert line.startswith(f"{option}: no value given")
        assert f"the mailbox {mailbox} (command line) needs it" in line

    def test_missing_password_is_named(self) -> None:
        """The password has one place, which is named."""
        assert message(**IMAP).startswith("COGNITO_HARNESS_IMAP_PASSWORD: no value given")
        assert resolve(PASSWORD, **IMAP).imap_password.value == Secret("hunter2hunter2")

    @pytest.mark.parametrize("mailbox", MAILBOXES)
    def test_complete_mailbox_is_accepted(self, mailbox: str) -> None:
        """With all of them every mailbox has what it needs."""
        resolve(
            PASSWORD,
            **{**IMAP, "mailbox": mailbox},
            sqs_queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/codes",
            dynamodb_table="codes",
            mailbox_command="get-code",
        )


class TestHeader:
    """What is shown of them."""

    def test_imap_settings_are_shown_without_the_password(self, inner: Inner) -> None:
        """Each value is shown with its source, and the password only as set."""
        given = [f"--cognito-{name.replace('_', '-')}={value}" for name, value in IMAP.items()]
        result = inner("--collect-only", *given, source="def test_it(): pass", **PASSWORD)
        header = " ".join(line for line in result.outlines if line.startswith("cognito: "))
        for shown in (
            "mailbox imap (command line)",
            "imap url imaps://imap.example.org:993/INBOX (command line)",
            "mailbox address tests@example.org (command line)",
            "imap password set (environment COGNITO_HARNESS_IMAP_PASSWORD)",
        ):
            assert shown in header
        assert "hunter2" not in result.stdout.str() + result.stderr.str()

    def test_command_is_shown_without_arguments(self) -> None:
        """Of a command the program is shown, since its arguments may be credentials."""
        settings = resolve(mailbox="command", mailbox_command="get-code --token hunter2")
        shown = {name: str(setting) for name, setting in settings.shown_for("command").items()}
        assert shown == {"mailbox command": "get-code (command line)"}

    def test_unused_settings_are_not_shown(self) -> None:
        """Settings of mailboxes that are not read are not shown."""
        assert resolve(**{**IMAP, "mailbox": "outbox"}).shown_for("outbox") == {}

    def test_incomplete_mailbox_ends_the_run(self, inner: Inner) -> None:
        """A run whose mailbox lacks a setting ends with one line and exit code 2."""
        result = inner("--cognito-mailbox=imap", source="def test_it(): pass")
        assert result.ret == 2
        assert "--cognito-imap-url: no value given" in the_one_line(result)


def test_the_plugin_stays_light() -> None:
    """Mailboxes that are not chosen cost nothing: their libraries are not imported."""
    source = (
        "import importlib, sys, harness.plugin\n"
        "for name in harness.plugin.pytest_plugins: importlib.import_module(name)\n"
        "print(sorted({'boto3', 'botocore', 'imaplib', 'smtplib', 'moto'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

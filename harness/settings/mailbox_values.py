"""The rule of each mailbox setting: a function that turns the given text into a value."""

from __future__ import annotations

import os
import re
import shlex
from urllib.parse import unquote, urlsplit

from harness.clock import DURATIONS, seconds_in
from harness.redaction import Secret
from harness.settings.values import Unusable, first_line
from harness.users.addresses import ImapServer

__all__ = [
    "IMAP_PASSWORD",
    "address",
    "command",
    "deadline",
    "imap_url",
    "password",
    "pattern",
    "queue_url",
    "table",
    "user",
]

#: The only source of the password: others can see a command line, and files are committed.
IMAP_PASSWORD = "COGNITO_HARNESS_IMAP_PASSWORD"

_LONGEST_DEADLINE = 3600.0
# The part of RFC 5321 that mailboxes for tests need; a plus is added for the usernames.
_ADDRESS = re.compile(r"[\w.-]{1,40}@[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)
_TABLE = re.compile(r"[\w.-]{3,255}|arn:[\w:/.-]+", re.ASCII)
_PORTS = {"imaps": 993, "imap": 143}


def address(text: str) -> str:
    """Accept an email address to which usernames can be added."""
    if not _ADDRESS.fullmatch(text):
        raise Unusable("an address has a name, @ and a host; +NAME is added for each user")
    return text


def deadline(text: str) -> float:
    """Accept a duration up to an hour; a number without a unit is in seconds."""
    seconds = seconds_in(text)
    if seconds is None or not 0 < seconds <= _LONGEST_DEADLINE:
        raise Unusable(f"it must be above 0 and at most 1h; durations look like {DURATIONS}")
    return seconds


def pattern(text: str) -> re.Pattern[str]:
    """Accept a regular expression; its one group is the code, or the whole match without one."""
    try:
        found = re.compile(text)
    except re.error as error:
        raise Unusable(f"it is not a regular expression: {error}") from error
    if found.groups > 1:
        raise Unusable("it must have at most one group, the code; use (?:...) for others")
    return found


def command(text: str) -> tuple[str, ...]:
    """Accept a program and its arguments, quoted as in a shell."""
    try:
        words = tuple(shlex.split(text, posix=os.name == "posix"))
    except ValueError as error:
        # Arguments may be credentials.
        raise Unusable(f"the quotes do not match: {error}", shown="[redacted]") from error
    if not words:
        raise Unusable("it must begin with the name of a program")
    return words


def imap_url(text: str) -> ImapServer:
    """Accept the URL of an IMAP server, without name and password."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Unusable("a URL looks like imaps://imap.example.org/INBOX")
    if parts.username is not None or parts.query or parts.fragment:
        raise Unusable(
            "the URL must not have a user, query or fragment; use --cognito-imap-user and "
            f"{IMAP_PASSWORD}",
            shown="[redacted]",
        )
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not folder.isascii() or not folder.isprintable():
        raise Unusable("the name of a folder must be printable ASCII")
    port = parts.port or _PORTS[parts.scheme]
    return ImapServer(str(parts.hostname), port, folder, starttls=parts.scheme == "imap")


def queue_url(text: str) -> str:
    """Accept the URL of a queue."""
    if not text.startswith(("https://", "http://")) or not text.isprintable() or " " in text:
        raise Unusable(
            "the URL of a queue looks like https://sqs.us-east-1.amazonaws.com/123456789012/codes"
        )
    return text


def table(text: str) -> str:
    """Accept the name or the ARN of a table."""
    if not _TABLE.fullmatch(text):
        raise Unusable("it must have 3 to 255 letters, digits, underscores, dots and hyphens")
    return text


def user(text: str) -> str:
    """Accept any printable name."""
    if not text.isprintable():
        raise Unusable("the name must be printable text")
    return text


def password(text: str) -> Secret:
    """Accept a password, or ``@`` and the path of a file that has it as its first line."""
    found = first_line(text[1:]) if text.startswith("@") else text
    if not found:
        raise Unusable("the first line of the file is empty", shown=text)
    return Secret(found)

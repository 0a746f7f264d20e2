"""Emails with codes: their recipients, and the code in their text."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import cast

__all__ = ["code_in", "is_for", "pattern_for", "read_email"]

# In Cognito's own messages a code has six digits, that of EMAIL_OTP eight (A187, N029), and stands
# alone. An invitation ends with the temporary password and a period:
# https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
_DIGITS = re.compile(r"(?<![\w#.+-])\d{6}(?:\d\d)?(?![\w-])")
_TEMPORARY_PASSWORD = re.compile(r"temporary password is (\S+?)\.?(?=\s|$)")
# Mail servers on the way record the recipient of the envelope in these headers.
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_BLOCKS = frozenset(
    {"blockquote", "br", "div", "h1", "h2", "h3", "h4", "hr", "li", "p", "td", "th", "tr"}
)
_UNSEEN = frozenset({"head", "script", "style", "title"})


def read_email(content: bytes) -> EmailMessage:
    """Parse an email in the format of RFC 5322."""
    return email.message_from_bytes(content, policy=email.policy.default)


def is_for(message: EmailMessage, address: str) -> bool:
    """Return whether an email is for exactly this address."""
    lines = [str(line) for name in _RECIPIENTS for line in message.get_all(name, [])]
    return address.lower() in {found.lower() for _, found in getaddresses(lines)}


def pattern_for(kind: str | None, own: re.Pattern[str] | None = None) -> re.Pattern[str]:
    """Return the pattern of a code of this kind; ``own`` takes precedence over Cognito's."""
    if own is not None:
        return own
    return _TEMPORARY_PASSWORD if kind == "invitation" else _DIGITS


def code_in(message: EmailMessage, pattern: re.Pattern[str]) -> str | None:
    """Return the code in an email: the pattern's group, or the whole match if it has none.

    The plain text is searched first, then the visible text of the HTML, then the subject.
    """
    for text in _texts(message):
        found = pattern.search(text)
        if found is not None:
            return found[1] if pattern.groups else found[0]
    return None


def _texts(message: EmailMessage) -> Iterator[str]:
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    for part in parts:
        if part.get_content_subtype() == "plain":
            yield _content(part)
    for part in parts:
        if part.get_content_subtype() == "html":
            yield _as_seen(_content(part))
    yield str(message.get("Subject", ""))


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except LookupError:
        # Python does not know the character set; in nearly all of them codes are ASCII.
        return cast(bytes, part.get_payload(decode=True)).decode("ascii", "replace")


def _as_seen(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.seen)


class _Reader(HTMLParser):
    """Collects the visible text of a page: attributes and style sheets are full of digits."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN:
            self._within.append(tag)
        elif tag in _BLOCKS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)
        elif tag in _BLOCKS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.seen.append(data)

"""Addresses of made-up people that all lead to one mailbox."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

__all__ = ["ImapServer", "PlusAddresses"]

# RFC 5321, section 4.5.3.1.1.
_LONGEST_LOCAL_PART = 64
_DIGEST = 12
_NOT_IN_A_TAG = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True)
class PlusAddresses:
    """Gives everybody an address of one mailbox: ``tests+alice@example.org``.

    What stands behind the plus is RFC 5233's detail, which mail servers leave out when they look
    for the mailbox.

    Attributes:
        base: the mailbox's own address.
    """

    base: str

    def of(self, name: str) -> str:
        """Return the address of somebody by that user name; an address stays what it is."""
        if "@" in name:
            return name
        local, _, domain = self.base.rpartition("@")
        return f"{local}+{_tag(name, _LONGEST_LOCAL_PART - len(local) - 1)}@{domain}"


@dataclass(frozen=True)
class ImapServer:
    """Where a mailbox is.

    Attributes:
        host: of the server.
        port: 993 for ``imaps``, 143 for ``imap``, unless the URL has one.
        folder: INBOX, unless the URL has one.
        starttls: whether the connection becomes TLS after it was made, as ``imap`` asks for.
    """

    host: str
    port: int
    folder: str = "INBOX"
    starttls: bool = False

    def __str__(self) -> str:
        """Return the URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'imap' if self.starttls else 'imaps'}://{host}:{self.port}/{self.folder}"


def _tag(name: str, longest: int) -> str:
    """The name as it may stand in an address; with a digest where something had to go."""
    plain = _NOT_IN_A_TAG.sub("-", name.lower())
    if plain == name and len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: longest - _DIGEST - 1]}-{digest}"

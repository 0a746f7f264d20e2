"""The plus addresses of made-up people, and the mail server whose mailbox they lead to."""

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
    """Gives each user an address of the same mailbox: ``tests+alice@example.org``.

    The part after the plus is the detail of RFC 5233; mail servers ignore it when they look for
    the mailbox.

    Attributes:
        base: the address of the mailbox.
    """

    base: str

    def of(self, name: str) -> str:
        """Return the address for a username; a name that is an address stays as it is."""
        if "@" in name:
            return name
        local, _, domain = self.base.rpartition("@")
        return f"{local}+{_tag(name, _LONGEST_LOCAL_PART - len(local) - 1)}@{domain}"


@dataclass(frozen=True)
class ImapServer:
    """A mail server and the folder to read.

    Attributes:
        host: name or IP address of the server.
        port: the port of the URL, or 993 for ``imaps`` and 143 for ``imap``.
        folder: the folder of the URL, or INBOX.
        starttls: whether to start TLS on the open connection, for ``imap``.
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
    """Return the name in a form that an address allows; a digest replaces what was cut."""
    plain = _NOT_IN_A_TAG.sub("-", name.lower())
    if plain == name and len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: longest - _DIGEST - 1]}-{digest}"

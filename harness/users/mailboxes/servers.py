"""Where a mailbox on a mail server is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ImapServer"]


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

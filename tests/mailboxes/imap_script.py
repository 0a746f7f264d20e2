"""A mail server that says what was written down beforehand."""

from __future__ import annotations

import base64
import io
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate

PASSWORD = "hunter2hunter2"
_TIMEOUT_SECONDS = 30.0


@dataclass
class Stored:
    """A letter in the mailbox: its number, when it came, and all of it."""

    number: int
    came_at: float
    content: bytes


@dataclass
class ImapScript:
    """Letters, and what the client has said.

    Attributes:
        letters: in the mailbox.
        later: for each time that the client asks for news, the letters that came by then.
        capabilities: what the server can do.
        faults: answers that are not OK, by the command that gets one.
        said: by the client, without tags; credentials as they were sent.
    """

    letters: list[Stored] = field(default_factory=list)
    later: list[list[Stored]] = field(default_factory=list)
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    faults: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    port: int = 0

    def answer(self, line: str) -> Iterator[bytes]:
        """Yield the server's untagged lines for a command."""
        command = line.split()[0].upper()
        if command == "CAPABILITY":
            yield f"* CAPABILITY {self.capabilities}".encode()
        elif command == "EXAMINE":
            yield b"* %d EXISTS" % len(self.letters)
            yield b"* OK [UIDVALIDITY 1] one"
        elif command == "NOOP" and self.later:
            self.letters += self.later.pop(0)
            yield b"* %d EXISTS" % len(self.letters)
        elif line.upper().startswith("UID SEARCH"):
            yield b"* SEARCH " + b" ".join(b"%d" % letter.number for letter in self.letters)
        elif line.upper().startswith("UID FETCH"):
            yield from self._fetched(int(line.split()[2]))

    def _fetched(self, number: int) -> Iterator[bytes]:
        for place, letter in enumerate(self.letters, 1):
            if letter.number == number:
                words = formatdate(letter.came_at, usegmt=True).split()
                date = f"{'-'.join(words[1:4])} {words[4]} +0000"
                head = f'* {place} FETCH (UID {number} INTERNALDATE "{date}" BODY[] '
                size = f"{{{len(letter.content)}}}\r\n"
                yield (head + size).encode() + letter.content + b")"


@contextmanager
def played(script: ImapScript, context: ssl.SSLContext, starttls: bool = False) -> Iterator[None]:
    """Play a script to every client that comes, on a free port of this machine."""

    class Conversation(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Talk to one client until it leaves, or does not trust us."""
            self.request.settimeout(_TIMEOUT_SECONDS)
            with suppress(OSError):
                if starttls:
                    _converse(self.request, script, context)
                    return
                with context.wrap_socket(self.request, server_side=True) as protected:
                    _converse(protected, script, context)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _converse(
    connection: socket.socket, script: ImapScript, context: ssl.SSLContext, greeting: bool = True
) -> None:
    with connection.makefile("rwb") as stream:
        if greeting:
            _send(stream, b"* OK ready")
        while line := stream.readline().decode().rstrip():
            tag, _, said = line.partition(" ")
            script.said.append(said)
            command = said.split()[0].upper()
            if command == "AUTHENTICATE":
                _send(stream, b"+ ")
                script.said.append(base64.b64decode(stream.readline()).decode())
            for untagged in script.answer(said):
                _send(stream, untagged)
            _send(stream, f"{tag} {script.faults.get(command, 'OK done')}".encode())
            if command == "STARTTLS":
                break
            if command == "LOGOUT":
                return
        else:
            return
    with context.wrap_socket(connection, server_side=True) as protected:
        script.said.append("(TLS)")
        _converse(protected, script, context, greeting=False)


def _send(stream: io.BufferedRWPair, line: bytes) -> None:
    stream.write(line + b"\r\n")
    stream.flush()

"""Dovecot, an independent mail server on this machine, and a relay that delivers emails to it."""

from __future__ import annotations

import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from harness.clock import SystemClock
from tests.mailboxes.certificates import Certificate, make_certificate
from tests.mailboxes.install_packages import DOVECOT

PASSWORD = "hunter2hunter2"
_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.05

_CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = required
ssl_cert = <{certificate.chain}
ssl_key = <{certificate.key}
recipient_delimiter = +
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot, for whatever user, with one password.

    Attributes:
        imaps_port: where TLS is spoken from the beginning.
        starttls_port: where a connection becomes TLS.
        lmtp_port: where emails are delivered.
        certificate: what it proves itself with.
    """

    imaps_port: int
    starttls_port: int
    lmtp_port: int
    certificate: Certificate

    def deliver(self, content: bytes, to: str) -> None:
        """Deliver an email."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as server:
            server.sendmail("no-reply@example.com", [to], content)


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Start Dovecot on free ports with a folder of its own; both are gone afterwards."""
    # Below the folders of pytest, which are root's alone, Dovecot's own users could not read, and
    # the names of its sockets would be too long.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    try:
        ports = _free_ports(3)
        imaps, starttls, lmtp = ports
        running = Dovecot(imaps, starttls, lmtp, make_certificate(folder))
        process = _start(folder, running)
        try:
            _await_ports(ports, process, folder / "log")
            yield running
        finally:
            process.terminate()
            process.wait(_PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder)


class Relay:
    """Hands what comes by SMTP on to Dovecot, as a mail server at its side does."""

    def __init__(self, server: Dovecot) -> None:
        self._server = server

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Deliver an email to each of its recipients."""
        for recipient in envelope.rcpt_tos:
            self._server.deliver(envelope.content, recipient)
        return "250 OK"


@contextmanager
def relaying(server: Dovecot) -> Iterator[int]:
    """Take emails by SMTP, deliver them to Dovecot, and yield the port."""
    [port] = _free_ports(1)
    controller = Controller(Relay(server), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def _start(folder: Path, running: Dovecot) -> subprocess.Popen[bytes]:
    user = pwd.getpwnam("nobody")
    mail = folder / "mail"
    mail.mkdir()
    shutil.chown(mail, user.pw_uid, user.pw_gid)
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(folder=folder, user=user, password=PASSWORD, **vars(running)),
        encoding="utf-8",
    )
    assert DOVECOT is not None
    return subprocess.Popen([DOVECOT, "-F", "-c", str(configuration)])


def _await_ports(ports: list[int], process: subprocess.Popen[bytes], log: Path) -> None:
    clock = SystemClock()
    deadline = clock.time() + _PATIENCE_SECONDS
    while not all(map(_listens, ports)):
        said = log.read_text(encoding="utf-8") if log.exists() else ""
        assert process.poll() is None, f"Dovecot has ended: {said}"
        assert clock.time() < deadline, f"Dovecot does not listen: {said}"
        clock.wait_until(clock.time() + _POLL_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(number: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports

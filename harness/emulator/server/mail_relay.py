"""E-mails that are also sent by SMTP: to a mailbox for tests that runs beside a served emulator.

The outbox is what counts. A mail server that is away is said in one line, and no call waits for it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine
    from harness.emulator.stores.outbox import Message

#: What Cognito's own mails come from.
COGNITOS_ADDRESS = "no-reply@verificationemail.com"
#: So many messages may wait; those beyond are not sent.
LONGEST_QUEUE = 1_000
#: How long one message may take, and all that wait when the emulator stops.
_TIMEOUT_SECONDS = 10.0
_LAST_SECONDS = 5.0
_POLL_SECONDS = 0.2


class MailRelay:
    """Hands the e-mails of an engine to the mail server at ``host`` and ``port``.

    Args:
        report: is told in one line what went wrong, from whatever thread it goes wrong in.
    """

    def __init__(self, engine: Engine, host: str, port: int, report: Callable[[str], None]) -> None:
        self._engine = engine
        self._place = (host, port)
        self._report = report
        self._queue: Queue[EmailMessage] = Queue(LONGEST_QUEUE)
        self._stopping = Event()
        self._cut = Event()
        self._thread = Thread(target=self._run, name="cognito-smtp", daemon=True)

    def start(self) -> MailRelay:
        """Send every e-mail from now on."""
        self._engine.outbox.listeners.append(self._take)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Send what waits, for some seconds, and no more."""
        self._engine.outbox.listeners.remove(self._take)
        self._stopping.set()
        self._thread.join(_LAST_SECONDS)
        self._cut.set()
        if self._queue.qsize():
            self._report(f"smtp: {self._queue.qsize()} message(s) were not sent")

    def _take(self, message: Message) -> None:
        """Queue a message; a trigger that is a custom sender sends its own."""
        pool = self._engine.pools.get(message.user_pool_id)
        if message.medium != "EMAIL" or message.sender != "Cognito" or pool is None:
            return
        try:
            self._queue.put_nowait(mail_of(pool, message))
        except Full:
            self._report(f"smtp: {LONGEST_QUEUE} messages wait already; one is not sent")
        except Exception as problem:  # `email` raises what it likes, AttributeError for "a@["
            self._report(f"smtp: a message is no e-mail ({type(problem).__name__}); it is not sent")

    def _run(self) -> None:
        while not self._cut.is_set():
            try:
                mail = self._queue.get(timeout=_POLL_SECONDS)
            except Empty:
                if self._stopping.is_set():
                    return
                continue
            self._send(mail)

    def _send(self, mail: EmailMessage) -> None:
        host, port = self._place
        try:
            # Without a name of its own smtplib asks the network for this machine's.
            with smtplib.SMTP(host, port, "localhost", timeout=_TIMEOUT_SECONDS) as server:
                server.send_message(mail)
        except Exception as problem:
            # Whatever it is, the messages behind it are sent.
            self._report(f"smtp: {host}:{port} did not take a message: {_reason(problem)}")


def mail_of(pool: Pool, message: Message) -> EmailMessage:
    """A message of the outbox as an e-mail."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _sender(pool)
    mail["To"] = message.destination
    reply_to = _configuration(pool).get("ReplyToEmailAddress")
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = " ".join((message.subject or "").split())
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.sent_at, timezone.utc))
    mail["Message-ID"] = make_msgid(domain="verificationemail.com")
    body = message.body or message.code
    mail.set_content(body, subtype="html" if "<" in body else "plain")
    return mail


def _sender(pool: Pool) -> str:
    """EmailConfiguration.From, or the address or domain that SourceArn names, or Cognito's own.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_EmailConfigurationType.html
    """
    given = _configuration(pool)
    _, _, identity = given.get("SourceArn", "").rpartition("identity/")
    if given.get("From"):
        return given["From"]
    if identity:
        return identity if "@" in identity else f"no-reply@{identity}"
    return COGNITOS_ADDRESS


def _configuration(pool: Pool) -> dict[str, str]:
    return pool.settings.get("EmailConfiguration") or {}


def _reason(problem: Exception) -> str:
    """What a server says may hold anything, so only its code is told."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "it refuses the recipient"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"it answers {problem.smtp_code}"
    text = problem.strerror if isinstance(problem, OSError) else None
    return text or type(problem).__name__

"""Send the emulator's emails by SMTP as well, for example to a local mail server for tests.

The outbox always has every message. If the mail server does not answer, that is reported in one
line, and no call to the emulator waits for it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

from harness.clock import utc_of

if TYPE_CHECKING:
    from harness.emulator.domain.pools import Pool
    from harness.emulator.engine import Engine
    from harness.emulator.stores.outbox import Message

#: The sender of Cognito's own emails.
COGNITO_ADDRESS = "no-reply@verificationemail.com"
#: How many messages may wait; any more are not sent.
LONGEST_QUEUE = 1_000
#: How long one message may take.
_TIMEOUT_SECONDS = 10.0
#: How long all waiting messages may take when the emulator stops.
_FLUSH_SECONDS = 5.0
_POLL_SECONDS = 0.2


class MailRelay:
    """Sends the emails of an engine to a mail server.

    Args:
        engine: the engine whose emails are sent.
        host: the host of the mail server.
        port: the port of the mail server.
        report: called with one line for each problem, from any thread.
    """

    def __init__(self, engine: Engine, host: str, port: int, report: Callable[[str], None]) -> None:
        self._engine = engine
        self._address = (host, port)
        self._report = report
        self._queue: Queue[EmailMessage] = Queue(LONGEST_QUEUE)
        self._stopping = Event()
        self._aborted = Event()
        self._thread = Thread(target=self._run, name="cognito-smtp", daemon=True)

    def start(self) -> MailRelay:
        """Send every email from now on."""
        self._engine.outbox.listeners.append(self._take)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Send the waiting messages for a few seconds, then stop."""
        self._engine.outbox.listeners.remove(self._take)
        self._stopping.set()
        self._thread.join(_FLUSH_SECONDS)
        self._aborted.set()
        # Counts the message that is being sent as well.
        unsent, late = self._queue.unfinished_tasks, self._engine.outbox.late
        if late:
            self._report(f"smtp: {late} late message(s) were not due yet, and were not sent")
        if unsent:
            self._report(f"smtp: {unsent} message(s) were not sent")

    def _take(self, message: Message) -> None:
        """Queue an email, unless a custom sender trigger sends it."""
        pool = self._engine.pools.get(message.user_pool_id)
        if message.medium != "EMAIL" or message.sender != "Cognito" or pool is None:
            return
        try:
            self._queue.put_nowait(mail_of(pool, message))
        except Full:
            self._report(f"smtp: {LONGEST_QUEUE} messages are waiting already; one is not sent")
        except Exception as problem:  # `email` may raise anything, such as AttributeError for "a@["
            self._report(
                f"smtp: a message is not a valid email ({type(problem).__name__}); it is not sent"
            )

    def _run(self) -> None:
        while not self._aborted.is_set():
            # Late messages come by the emulator's clock, which others move and nothing announces.
            self._engine.outbox.let_arrive()
            try:
                mail = self._queue.get(timeout=_POLL_SECONDS)
            except Empty:
                if self._stopping.is_set():
                    return
                continue
            self._send(mail)
            self._queue.task_done()

    def _send(self, mail: EmailMessage) -> None:
        host, port = self._address
        try:
            # Without a name for this machine, smtplib would ask the network for one.
            with smtplib.SMTP(host, port, "localhost", timeout=_TIMEOUT_SECONDS) as server:
                server.send_message(mail)
        except Exception as problem:
            # After any error, the next messages are still sent.
            self._report(f"smtp: {host}:{port} did not take a message: {_reason(problem)}")


def mail_of(pool: Pool, message: Message) -> EmailMessage:
    """Return a message of the outbox as an email."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _sender(pool)
    mail["To"] = message.destination
    reply_to = _configuration(pool).get("ReplyToEmailAddress")
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = " ".join((message.subject or "").split())
    mail["Date"] = format_datetime(utc_of(message.sent_at))
    mail["Message-ID"] = make_msgid(domain="verificationemail.com")
    body = message.body or message.code
    mail.set_content(body, subtype="html" if "<" in body else "plain")
    return mail


def _sender(pool: Pool) -> str:
    """Return EmailConfiguration.From, or the address or domain in SourceArn, or Cognito's own.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_EmailConfigurationType.html
    """
    configuration = _configuration(pool)
    _, _, identity = configuration.get("SourceArn", "").rpartition("identity/")
    if configuration.get("From"):
        return configuration["From"]
    if identity:
        return identity if "@" in identity else f"no-reply@{identity}"
    return COGNITO_ADDRESS


def _configuration(pool: Pool) -> dict[str, str]:
    return pool.settings.get("EmailConfiguration") or {}


def _reason(problem: Exception) -> str:
    """Return the reason of an error: a server's code without its text, which may hold a secret."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "it refuses the recipient"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"it answers {problem.smtp_code}"
    text = problem.strerror if isinstance(problem, OSError) else None
    return text or type(problem).__name__

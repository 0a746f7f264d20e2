"""The mailbox on a mail server, read by IMAP; each user has a plus address of it."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from harness.clock import Clock, SteadyClock, SystemClock, Waits
from harness.errors import HarnessError
from harness.redaction import Secret
from harness.users.addresses import ImapServer, PlusAddresses
from harness.users.mailboxes import emails
from harness.users.mailboxes.base import Code, CodeWait, check_kind

__all__ = ["ImapMailbox"]

#: Time between two looks; mail servers limit frequent requests.
_POLL_SECONDS = 1.0
_TIMEOUT_SECONDS = 20.0
#: An email is dated in whole seconds, by the clock of another machine.
_CLOCK_TOLERANCE_SECONDS = 2.0
#: How long an email that may be an older one must stay the newest; a newer one may be on its way.
_SETTLING_SECONDS = 2.0
_DAY_SECONDS = 86_400.0
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass
class _Search:
    """The code that is wanted, and what is known so far about the emails.

    Attributes:
        useless: the emails that do not fit.
        candidate: the newest email that fits, but may be an older one.
        settled_at: when the candidate is taken, unless a newer email comes.
    """

    username: str
    address: str
    kind: str | None
    since: float | None
    useless: set[bytes] = field(default_factory=set)
    candidate: bytes | None = None
    settled_at: float = 0.0


@dataclass(frozen=True)
class _Given:
    """Why and when the code of an email was first returned."""

    kind: str | None
    at: float


@dataclass(frozen=True)
class _Found:
    number: bytes
    code: Code


class ImapMailbox:
    """Gives the newest code in an email to the plus address of a user.

    Nothing in the mailbox changes: emails stay there, unread. Cognito's messages do not say why a
    code was sent, so ``kind`` can only tell invitations, with their temporary passwords, from all
    other messages.

    Attributes:
        media: it reads emails only.

    Args:
        server: the mail server; TLS is always used, and the certificate is checked.
        user: name to log in with.
        password: password of that name.
        addresses: gives the address of each user.
        pattern: what a code looks like; by default six or eight digits, or the password of an
            invitation.
        patience_seconds: how long to wait if the caller does not say.
        waiting: clock to wait on; real time by default.
        context: the trusted certificates; those of the machine by default.
    """

    media = ("EMAIL",)

    def __init__(
        self,
        server: ImapServer,
        user: str,
        password: Secret,
        addresses: PlusAddresses,
        *,
        pattern: re.Pattern[str] | None = None,
        patience_seconds: float = 60.0,
        waiting: Waits | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.clock: Clock = SystemClock()
        self._server = server
        self._user = user
        self._password = password
        self._addresses = addresses
        self._pattern = pattern
        self._wait = CodeWait(waiting or SteadyClock(), patience_seconds, _POLL_SECONDS)
        self._context = context
        self._given: dict[bytes, _Given] = {}

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """See :meth:`harness.users.mailboxes.base.Mailbox.newest_code`.

        Raises:
            HarnessError: the server cannot be used.
        """
        # Before the connection to the server.
        check_kind(kind)
        search = _Search(username, self._addresses.of(username), kind, since)
        with self._connection() as connection:
            return self._wait.newest_code(
                lambda deadline: self._look(connection, search, deadline),
                username,
                kind,
                deadline_seconds,
                hint=lambda: _hint(search),
            )

    @contextmanager
    def _connection(self) -> Iterator[imaplib.IMAP4]:
        connection = self._connect()
        try:
            self._log_in(connection)
            with self._readable():
                yield connection
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()

    def _connect(self) -> imaplib.IMAP4:
        context = self._context or ssl.create_default_context()
        host, port = self._server.host, self._server.port
        with self._readable():
            if not self._server.starttls:
                return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=_TIMEOUT_SECONDS)
            connection = imaplib.IMAP4(host, port, timeout=_TIMEOUT_SECONDS)
            try:
                connection.starttls(context)
            except BaseException:
                connection.shutdown()
                raise
            return connection

    def _log_in(self, connection: imaplib.IMAP4) -> None:
        # The original error is dropped: it contains the password.
        reason = None
        try:
            if "AUTH=PLAIN" in connection.capabilities:
                sent = f"\0{self._user}\0{self._password.reveal()}".encode()
                connection.authenticate("PLAIN", lambda _: sent)
            else:
                connection.login(self._user, self._password.reveal())
        except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
            reason = type(error).__name__ if isinstance(error, UnicodeError) else str(error)
        if reason is not None:
            raise self._unreadable(f"the login as {self._user!r} is refused: {reason}")
        with self._readable():
            # Read only: EXAMINE.
            _answer(connection.select(_quoted(self._server.folder), readonly=True))

    def _look(self, connection: imaplib.IMAP4, search: _Search, deadline: float) -> Code | None:
        found = self._newest(connection, search)
        if found is None or not self._is_settled(found, search, deadline):
            return None
        self._given.setdefault(found.number, _Given(search.kind, self.clock.time()))
        return found.code

    def _is_settled(self, found: _Found, search: _Search, deadline: float) -> bool:
        """Whether an email is surely the right one, or has been the newest for some time."""
        if not _may_be_older(found.code.sent_at, search):
            return True
        now = self._wait.clock.time()
        if found.number != search.candidate:
            search.candidate = found.number
            search.settled_at = min(now + _SETTLING_SECONDS, deadline)
        return now >= search.settled_at

    def _newest(self, connection: imaplib.IMAP4, search: _Search) -> _Found | None:
        # A server reports new emails of the open folder with the response to any command.
        _answer(connection.noop())
        criteria = ["TO", _quoted(search.address)]
        if search.since is not None:
            # IMAP searches by day, in the unknown time zone of the server.
            criteria += ["SINCE", _day(search.since - _DAY_SECONDS)]
        numbers = _answer(connection.uid("SEARCH", *criteria))[0]
        # Each new email gets a higher number: RFC 9051, section 2.3.1.1.
        for number in sorted((numbers or b"").split(), key=int, reverse=True):
            if number in search.useless:
                continue
            code = self._code_of(connection, number, search)
            if code is not None:
                return _Found(number, code)
            search.useless.add(number)
        return None

    def _code_of(self, connection: imaplib.IMAP4, number: bytes, search: _Search) -> Code | None:
        head, content = _fetched(connection, number)
        came_at = _internal_date(head)
        if not self._may_count(number, came_at, search):
            return None
        message = emails.read_email(content)
        if not emails.is_for(message, search.address):
            return None
        value = emails.code_in(message, emails.pattern_for(search.kind, self._pattern))
        if value is None:
            return None
        return Code(search.kind or "unknown", search.username, Secret(value), came_at)

    def _may_count(self, number: bytes, came_at: float, search: _Search) -> bool:
        given, since = self._given.get(number), search.since
        # An email that was sent for one reason was not sent for another.
        if given and None not in (given.kind, search.kind) and given.kind != search.kind:
            return False
        if since is None:
            return True
        # A code that was returned before that moment is old, even if the clocks differ.
        if given and given.at < since:
            return False
        return came_at >= since - _CLOCK_TOLERANCE_SECONDS

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._unreadable(str(error) or type(error).__name__) from error

    def _unreadable(self, reason: str) -> HarnessError:
        return HarnessError(f"the mailbox at {self._server} cannot be read: {reason}")


def _may_be_older(came_at: float, search: _Search) -> bool:
    """Whether an email may have been sent before the wanted one."""
    if search.since is None:
        # Before a code is sent again there was another one, in the same words.
        return search.kind == "resend"
    return came_at < search.since + _CLOCK_TOLERANCE_SECONDS


def _answer(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(_text(data))
    return data


def _text(data: list[Any]) -> str:
    return b" ".join(part for part in data if isinstance(part, bytes)).decode("utf-8", "replace")


def _fetched(connection: imaplib.IMAP4, number: bytes) -> tuple[bytes, bytes]:
    """Return the server's data about an email, and the email; both empty if it was deleted."""
    data = _answer(connection.uid("FETCH", number.decode(), "(INTERNALDATE BODY.PEEK[])"))
    pairs = [part for part in data if isinstance(part, tuple)]
    if not pairs:
        return b"", b""
    # Servers may send the date before or after the email.
    said = b" ".join(part for part in data if isinstance(part, bytes))
    return pairs[0][0] + b" " + said, pairs[0][1]


def _internal_date(head: bytes) -> float:
    found = _DATE.search(head)
    if found is None:
        return 0.0
    day, _, rest = found[1].decode("ascii", "replace").strip().partition(" ")
    return parsedate_to_datetime(f"{day.replace('-', ' ')} {rest}").timestamp()


def _day(moment: float) -> str:
    """Return the day in the format of IMAP, in English in every locale: 25-Nov-2026."""
    return "-".join(formatdate(moment, usegmt=True).split()[1:4])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _hint(search: _Search) -> str | None:
    if not search.useless:
        return "no email came for this address"
    return f"{len(search.useless)} emails for this address are too old or contain no code"

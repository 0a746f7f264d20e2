"""The outbox: every email and text message that Cognito would have sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock

from harness.clock import Clock, SystemClock


@dataclass(frozen=True)
class Message:
    """One email or SMS that Cognito would have sent.

    Attributes:
        kind: ``sign_up``, ``resend``, ``forgot_password``, ``attribute_verification``,
            ``invitation``, ``mfa`` or ``admin_reset``.
        username: the internal username.
        destination: the full email address or phone number.
        medium: ``EMAIL`` or ``SMS``.
        attribute: ``email`` or ``phone_number``.
        code: the code, or the temporary password of an invitation.
        sent_at: epoch seconds by the emulator's clock.
        subject: the subject of an email; ``None`` for an SMS or a custom sender.
        body: the text with the code in it; ``None`` for a custom sender, which writes its own.
        sender: ``Cognito``, or the trigger that sends the code: ``CustomEmailSender`` or
            ``CustomSMSSender``.
    """

    kind: str
    user_pool_id: str
    username: str
    destination: str
    medium: str
    attribute: str
    code: str = field(repr=False)
    sent_at: float
    subject: str | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    sender: str = "Cognito"


@dataclass(frozen=True)
class LateMessage:
    """A message that is still on its way.

    Attributes:
        due: when it arrives, in epoch seconds by the emulator's clock.
        names: all names that find its user.
    """

    due: float
    message: Message
    names: list[str]


class Outbox:
    """Every message of one emulator, in place of a mail server and a phone network.

    A message that is late is in none of the lists before its time. Whoever reads the outbox after
    that lets it arrive, as the newest.

    Args:
        clock: says which late messages have arrived.

    Attributes:
        listeners: called with each message that is sent; they must not fail or take long.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = Lock()
        self._messages: list[Message] = []
        self._late: list[LateMessage] = []
        self._by_name: defaultdict[str, list[Message]] = defaultdict(list)
        self.listeners: list[Callable[[Message], None]] = []

    def put(self, message: Message, names: Iterable[str]) -> None:
        """Keep a message; ``names`` are all names that find its user."""
        with self._lock:
            self._keep(message, names)

    def send(self, message: Message, names: Iterable[str]) -> None:
        """Keep a new message and call the listeners."""
        self.put(message, names)
        self._tell(message)

    def send_later(self, message: Message, names: Iterable[str], due: float) -> None:
        """Send a message when the clock shows ``due``."""
        with self._lock:
            self._late.append(LateMessage(due, message, list(names)))

    def let_arrive(self) -> None:
        """Send the late messages whose time has come, in the order in which they are due."""
        if not self._late:
            return
        now = self._clock.time()
        with self._lock:
            arrived = sorted((one for one in self._late if one.due <= now), key=lambda one: one.due)
            self._late = [one for one in self._late if one.due > now]
            # In the same hold: a message is never in neither list, where no save would see it.
            for late in arrived:
                self._keep(late.message, late.names)
        for late in arrived:
            self._tell(late.message)

    def _keep(self, message: Message, names: Iterable[str]) -> None:
        """Keep a message; the caller holds the lock."""
        self._messages.append(message)
        for name in {name.casefold() for name in names}:
            self._by_name[name].append(message)

    def _tell(self, message: Message) -> None:
        for listener in list(self.listeners):
            listener(message)

    @property
    def late(self) -> int:
        """How many messages are still on their way."""
        self.let_arrive()
        return len(self._late)

    def messages(
        self,
        *,
        username: str | None = None,
        user_pool_id: str | None = None,
        kind: str | None = None,
    ) -> list[Message]:
        """Return the messages that match, newest first.

        Args:
            username: the user's username, sub, email address or phone number when the message was
                sent.
            user_pool_id: the pool of the message.
            kind: the kind of the message.
        """
        self.let_arrive()
        with self._lock:
            if username is None:
                found = list(self._messages)
            else:
                found = list(self._by_name.get(username.casefold(), ()))
        return [
            message
            for message in reversed(found)
            if user_pool_id in (None, message.user_pool_id) and kind in (None, message.kind)
        ]

    def numbered(self, count: int) -> list[tuple[int, Message]]:
        """Return the newest messages, newest first, with their numbers in the order of sending."""
        self.let_arrive()
        with self._lock:
            first = max(len(self._messages) - count, 0)
            newest = list(enumerate(self._messages[first:], first))
        return newest[::-1]

    def at(self, number: int) -> Message | None:
        """Return the message with a number in the order of sending; ``None`` without one."""
        with self._lock:
            return self._messages[number] if 0 <= number < len(self._messages) else None

    def exported(self) -> tuple[list[tuple[Message, list[str]]], list[LateMessage]]:
        """Return every message that has arrived, with the names that find it, and the late ones."""
        with self._lock:
            names: dict[int, list[str]] = {id(message): [] for message in self._messages}
            for name, found in self._by_name.items():
                for message in found:
                    names[id(message)].append(name)
            arrived = [(message, sorted(names[id(message)])) for message in self._messages]
            return arrived, list(self._late)

    def usernames(self, user_pool_id: str, names: Collection[str]) -> set[str]:
        """Return the internal usernames of those whom messages of a pool went to, or are to reach.

        Args:
            user_pool_id: the pool of the messages.
            names: usernames, subs, email addresses or phone numbers that find the messages.
        """
        wanted = {name.casefold() for name in names}
        with self._lock:
            found = [message for name in wanted for message in self._by_name.get(name, ())]
            for late in self._late:
                if not wanted.isdisjoint(name.casefold() for name in late.names):
                    found.append(late.message)
        return {message.username for message in found if message.user_pool_id == user_pool_id}

    def forget(self, user_pool_id: str, usernames: Collection[str]) -> None:
        """Delete the messages to users of a pool, late ones too, by their internal usernames."""

        def stays(message: Message) -> bool:
            return message.user_pool_id != user_pool_id or message.username not in usernames

        with self._lock:
            self._messages = [message for message in self._messages if stays(message)]
            self._late = [late for late in self._late if stays(late.message)]
            for name, found in list(self._by_name.items()):
                kept = [message for message in found if stays(message)]
                if kept:
                    self._by_name[name] = kept
                else:
                    del self._by_name[name]

    def clear(self) -> None:
        """Delete every message."""
        with self._lock:
            self._messages.clear()
            self._by_name.clear()
            self._late.clear()

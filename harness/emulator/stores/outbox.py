"""The outbox: every email and text message that Cognito would have sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock


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


class Outbox:
    """Every message of one emulator, in place of a mail server and a phone network.

    Attributes:
        listeners: called with each message that is sent; they must not fail or take long.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._messages: list[Message] = []
        self._by_name: defaultdict[str, list[Message]] = defaultdict(list)
        self.listeners: list[Callable[[Message], None]] = []

    def put(self, message: Message, names: Iterable[str]) -> None:
        """Keep a message; ``names`` are all names that find its user."""
        with self._lock:
            self._messages.append(message)
            for name in {name.casefold() for name in names}:
                self._by_name[name].append(message)

    def send(self, message: Message, names: Iterable[str]) -> None:
        """Keep a new message and call the listeners."""
        self.put(message, names)
        for listener in list(self.listeners):
            listener(message)

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
        with self._lock:
            first = max(len(self._messages) - count, 0)
            newest = list(enumerate(self._messages[first:], first))
        return newest[::-1]

    def at(self, number: int) -> Message | None:
        """Return the message with a number in the order of sending; ``None`` without one."""
        with self._lock:
            return self._messages[number] if 0 <= number < len(self._messages) else None

    def exported(self) -> list[tuple[Message, list[str]]]:
        """Return every message in the order of sending, with the names that find it."""
        with self._lock:
            names: dict[int, list[str]] = {id(message): [] for message in self._messages}
            for name, found in self._by_name.items():
                for message in found:
                    names[id(message)].append(name)
            return [(message, sorted(names[id(message)])) for message in self._messages]

    def forget(self, user_pool_id: str, usernames: Collection[str]) -> None:
        """Delete the messages to users of a pool, by their internal usernames."""

        def stays(message: Message) -> bool:
            return message.user_pool_id != user_pool_id or message.username not in usernames

        with self._lock:
            self._messages = [message for message in self._messages if stays(message)]
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

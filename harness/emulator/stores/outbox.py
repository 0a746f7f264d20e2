"""The outbox: every email and text message that Cognito would have sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True)
class Message:
    """One e-mail or SMS that Cognito would have sent.

    Attributes:
        kind: ``sign_up``, ``resend``, ``forgot_password``, ``attribute_verification``,
            ``invitation``, ``mfa`` or ``admin_reset``.
        username: the internal user name.
        destination: the full address or number.
        medium: ``EMAIL`` or ``SMS``; attribute: ``email`` or ``phone_number``.
        code: the code; in an invitation the temporary password.
        sent_at: epoch seconds by the emulator's clock.
        subject, body: the text with the code in it; an SMS has no subject.
        sender: ``Cognito``, or the trigger that was given the code to send it:
            ``CustomEmailSender`` or ``CustomSMSSender``, whose texts are its own.
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
    """Every message of one emulator, instead of a mail server and a telephone network."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._messages: list[Message] = []
        self._by_name: defaultdict[str, list[Message]] = defaultdict(list)
        #: Are told of each message that is sent; they must neither fail nor take long.
        self.listeners: list[Callable[[Message], None]] = []

    def put(self, message: Message, names: Iterable[str]) -> None:
        """Keep a message; ``names`` are all the names its user is found under."""
        with self._lock:
            self._messages.append(message)
            for name in {name.casefold() for name in names}:
                self._by_name[name].append(message)

    def send(self, message: Message, names: Iterable[str]) -> None:
        """`put` a new message, and tell those who listen."""
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
        """The messages that fit, newest first.

        Args:
            username: the user name, the sub, the e-mail address or the phone number that the user
                had when the message was sent.
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
        """The newest messages, newest first, with their places in the order of sending."""
        with self._lock:
            first = max(len(self._messages) - count, 0)
            newest = list(enumerate(self._messages[first:], first))
        return newest[::-1]

    def at(self, number: int) -> Message | None:
        """The message at a place in the order of sending."""
        with self._lock:
            return self._messages[number] if 0 <= number < len(self._messages) else None

    def exported(self) -> list[tuple[Message, list[str]]]:
        """Every message in the order of sending, with the names that find it."""
        with self._lock:
            names: dict[int, list[str]] = {id(message): [] for message in self._messages}
            for name, found in self._by_name.items():
                for message in found:
                    names[id(message)].append(name)
            return [(message, sorted(names[id(message)])) for message in self._messages]

    def clear(self) -> None:
        """Forget every message."""
        with self._lock:
            self._messages.clear()
            self._by_name.clear()

"""Confirmation and recovery codes: drawn, delivered into the outbox, checked, and limited."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from harness.emulator import refusals
from harness.emulator.triggers.messages import custom_sender, hand_to_sender, message_template

if TYPE_CHECKING:
    from harness.emulator.domain.message_texts import Template
    from harness.emulator.domain.pools import Pool
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Engine

SIGN_UP = "sign_up"
RESEND = "resend"
FORGOT_PASSWORD = "forgot_password"
ADMIN_RESET = "admin_reset"
ATTRIBUTE_VERIFICATION = "attribute_verification"
INVITATION = "invitation"
MFA = "mfa"

#: Which pending code a kind of message carries, and for how many seconds it is valid: 24 hours
#: for sign-up and attributes, one hour for recovery (A044, A089). A newer code takes the place
#: of an older one of the same purpose.
_PURPOSES: dict[str, tuple[str, int]] = {
    SIGN_UP: (SIGN_UP, 86_400),
    RESEND: (SIGN_UP, 86_400),
    FORGOT_PASSWORD: (FORGOT_PASSWORD, 3_600),
    ADMIN_RESET: (FORGOT_PASSWORD, 3_600),
    ATTRIBUTE_VERIFICATION: (ATTRIBUTE_VERIFICATION, 86_400),
}

_MEDIUM = {"email": "EMAIL", "phone_number": "SMS"}


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


@dataclass(frozen=True)
class PendingCode:
    """A code that was sent and waits to be entered.

    Attributes:
        attribute: what it was sent to; destination: the value at that time.
    """

    value: str = field(repr=False)
    attribute: str
    destination: str
    sent_at: float
    expires_at: float


class CodeBook:
    """One user's pending codes: at most one per purpose, and per attribute to be verified."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], PendingCode] = {}

    def put(self, kind: str, code: PendingCode) -> None:
        """Keep a new code; an older one for the same purpose no longer counts (A049)."""
        self._pending[_slot(kind, code.attribute)] = code

    def find(self, kind: str, attribute: str = "") -> PendingCode | None:
        """The pending code of a purpose, expired or not."""
        return self._pending.get(_slot(kind, attribute))

    def check(self, kind: str, code: str, now: float, attribute: str = "") -> PendingCode:
        """Return the pending code if ``code`` is it; it stays pending until `spend`.

        Raises ExpiredCodeException where none was sent or the time is up, and
        CodeMismatchException for another code (A037, A038, A092).
        """
        pending = self.find(kind, attribute)
        if pending is None or now >= pending.expires_at:
            raise refusals.code_expired()
        if not hmac.compare_digest(pending.value.encode(), code.encode()):
            raise refusals.code_mismatch()
        return pending

    def drop_moved(self, attributes: Mapping[str, str]) -> None:
        """Forget sign-up and recovery codes whose address or number is the user's no longer.

        Codes that verify an attribute are left: they go to a value that he may not have yet.
        """
        for kind in (SIGN_UP, FORGOT_PASSWORD):
            code = self.find(kind)
            if code is not None and attributes.get(code.attribute) != code.destination:
                self.spend(kind)

    def spend(self, kind: str, attribute: str = "") -> None:
        """Forget the code of a purpose: it was used, or what it stood for is gone."""
        self._pending.pop(_slot(kind, attribute), None)


def _slot(kind: str, attribute: str) -> tuple[str, str]:
    purpose, _ = _PURPOSES[kind]
    return (purpose, attribute if purpose == ATTRIBUTE_VERIFICATION else "")


def send_code(
    engine: Engine,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    *,
    destination: str | None = None,
) -> dict[str, str]:
    """Draw a six-digit code (A044, A089), send it and return CodeDeliveryDetails.

    Args:
        destination: where to, if not to the attribute's present value.
    """
    check_delivery(engine, pool, attribute)
    text = message_template(engine, pool, user, kind, _MEDIUM[attribute])
    now = engine.clock.time()
    target = destination or user.attributes[attribute]
    value = engine.random.digits(6)
    _, seconds = _PURPOSES[kind]
    user.codes.put(kind, PendingCode(value, attribute, target, now, now + seconds))
    return _deliver(engine, pool, user, kind, attribute, value, target, text)


def check_delivery(engine: Engine, pool: Pool, attribute: str) -> None:
    """Refuse an e-mail beyond what Cognito's own sender sends in a day, if quotas are on (A291).

    For operations that change something before they send.
    """
    if attribute == "email" and _uses_cognitos_sender(engine, pool):
        engine.quotas.check_email(pool.account, engine.clock.time())


def _uses_cognitos_sender(engine: Engine, pool: Pool) -> bool:
    account = pool.settings["EmailConfiguration"]["EmailSendingAccount"]
    return bool(account == "COGNITO_DEFAULT") and custom_sender(engine, "EMAIL") is None


def deliver(
    engine: Engine,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    code: str,
) -> dict[str, str]:
    """Put a message with a code into the outbox and return masked CodeDeliveryDetails."""
    text = message_template(engine, pool, user, kind, _MEDIUM[attribute])
    target = user.attributes[attribute]
    return _deliver(engine, pool, user, kind, attribute, code, target, text)


def _deliver(
    engine: Engine,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    code: str,
    target: str,
    text: Template | None,
) -> dict[str, str]:
    """As `deliver`, with the text that is sent; none when a custom sender has its own."""
    medium = _MEDIUM[attribute]
    filled = text.filled(code, user.username) if text else None
    message = Message(
        kind=kind,
        user_pool_id=pool.pool_id,
        username=user.username,
        destination=target,
        medium=medium,
        attribute=attribute,
        code=code,
        sent_at=engine.clock.time(),
        subject=filled.subject if filled else None,
        body=filled.body if filled else None,
        sender=custom_sender(engine, medium) or "Cognito",
    )
    if text is None:
        hand_to_sender(engine, pool, user, kind, medium, code)
    contacts = (user.attributes.get(name) for name in _MEDIUM)
    names = [user.username, user.sub, target, *(value for value in contacts if value)]
    engine.outbox.send(message, names)
    if attribute == "email" and _uses_cognitos_sender(engine, pool):
        engine.quotas.count_email(pool.account, message.sent_at)
    return delivery_details(attribute, target)


def delivery_details(attribute: str, destination: str) -> dict[str, str]:
    """CodeDeliveryDetails for a code sent to that value of that attribute (A006, A010, A011)."""
    mask = mask_email if attribute == "email" else mask_phone
    return {
        "Destination": mask(destination),
        "DeliveryMedium": _MEDIUM[attribute],
        "AttributeName": attribute,
    }


def mask_email(address: str) -> str:
    """``test@example.com`` as ``t***@e***`` (A010)."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone(number: str) -> str:
    """``+15555559934`` as ``+*******9934`` (A011)."""
    return f"+*******{number[-4:]}"


def count_hourly(user: User, operation: str, limit: int, now: float) -> None:
    """Count a call against a limit per user and hour; beyond it LimitExceededException (A289).

    Calls refused by the limit are not counted, or nobody would ever get out of it.
    """
    recent = [moment for moment in user.hourly.get(operation, ()) if moment > now - 3_600]
    if len(recent) >= limit:
        raise refusals.limit_exceeded()
    user.hourly[operation] = [*recent, now]

"""The delivery of codes to the outbox or a custom sender, and CodeDeliveryDetails."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urlencode

from harness.emulator import refusals
from harness.emulator.api.request import current_request
from harness.emulator.domain.codes import PURPOSES, PendingCode
from harness.emulator.domain.contacts import (
    MEDIUM,
    delivery_details,
    is_email,
    is_phone_number,
)
from harness.emulator.domain.message_texts import Template, sends_link
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.service import Service
from harness.emulator.stores.fault_profile import FaultProfile
from harness.emulator.stores.outbox import Message
from harness.emulator.triggers.messages import custom_sender, hand_to_sender, message_template

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def send_code(
    service: Service,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    *,
    destination: str | None = None,
) -> dict[str, str]:
    """Draw a six-digit code (A044, A089), send it and return CodeDeliveryDetails.

    Args:
        service: the service.
        pool: the pool of the user.
        user: the user who gets the code.
        kind: the kind of the message.
        attribute: ``email`` or ``phone_number``.
        destination: the address or number; without it the attribute's present value.
    """
    check_delivery(service, pool, attribute, kind)
    text = message_template(service.triggers, pool, user, kind, MEDIUM[attribute])
    now = service.clock.time()
    target = destination or user.attributes[attribute]
    value = service.random.digits(6)
    _, seconds = PURPOSES[kind]
    user.codes.put(kind, PendingCode(value, attribute, target, now, now + seconds))
    return _deliver(service, pool, user, kind, attribute, value, target, text)


def check_delivery(service: Service, pool: Pool, attribute: str, kind: str = "") -> None:
    """Refuse an email that cannot be sent: a link without a domain (H042c), or one too many.

    The daily limit of Cognito's own sender counts if quotas are on (A291). Operations that change
    something before they send call this first.
    """
    if sends_link(pool, kind, MEDIUM[attribute]) and not pool.domains:
        raise refusals.link_without_domain()
    if attribute == "email" and _uses_cognitos_sender(service, pool):
        service.quotas.check_email(pool.account, service.clock.time())


def _uses_cognitos_sender(service: Service, pool: Pool) -> bool:
    account = pool.settings["EmailConfiguration"]["EmailSendingAccount"]
    return (
        bool(account == "COGNITO_DEFAULT")
        and custom_sender(service.triggers, pool, "EMAIL") is None
    )


def deliver(
    service: Service,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    code: str,
    destination: str | None = None,
) -> dict[str, str]:
    """Send a message with a code and return masked CodeDeliveryDetails.

    It goes to the user's own contact unless a destination is given.
    """
    # Before CustomMessage runs: its handler takes time, in which the contact may be deleted.
    target = destination or user.attributes[attribute]
    text = message_template(service.triggers, pool, user, kind, MEDIUM[attribute])
    return _deliver(service, pool, user, kind, attribute, code, target, text)


def _deliver(
    service: Service,
    pool: Pool,
    user: User,
    kind: str,
    attribute: str,
    code: str,
    target: str,
    text: Template | None,
) -> dict[str, str]:
    """Send a message with the given text; without one a custom sender writes it."""
    medium = MEDIUM[attribute]
    filled = _filled(service, pool, user, text, code) if text else None
    message = Message(
        kind=kind,
        user_pool_id=pool.pool_id,
        username=user.username,
        destination=target,
        medium=medium,
        attribute=attribute,
        code=code,
        sent_at=service.clock.time(),
        subject=filled.subject if filled else None,
        body=filled.body if filled else None,
        sender=custom_sender(service.triggers, pool, medium) or "Cognito",
    )
    if text is None:
        hand_to_sender(service.triggers, pool, user, kind, medium, code)
    contacts = (user.attributes.get(name) for name in MEDIUM)
    names = [user.username, user.sub, target, *(value for value in contacts if value)]
    if service.faults.profile is None:
        service.outbox.send(message, names)
    else:
        _send_or_fail(service, service.faults.profile, message, names)
    if attribute == "email" and _uses_cognitos_sender(service, pool):
        service.quotas.count_email(pool.account, message.sent_at)
    return delivery_details(attribute, target)


def _filled(service: Service, pool: Pool, user: User, text: Template, code: str) -> Template:
    link = confirmation_link(service, pool, user, code) if text.by_link else ""
    return text.filled(code, user.username, link)


def confirmation_link(service: Service, pool: Pool, user: User, code: str) -> str:
    """Return the address that confirms a sign-up when it is opened (H042b).

    It is on the custom domain if the pool has one, where its users sign in; which one Cognito takes
    of two is unknown. Every part is escaped, so that HTML can hold the address as it is.
    """
    request = current_request()
    client_id = str(request.params.get("ClientId", "")) if request else ""
    name = pool.domains.get("CustomDomain") or pool.domains["Domain"]
    query = {"client_id": client_id, "user_name": user.username, "confirmation_code": code}
    return f"{service.domain_url(pool, name)}/confirmUser?{urlencode(query)}"


def _send_or_fail(
    service: Service, profile: FaultProfile, message: Message, names: list[str]
) -> None:
    """Send a message, unless it is an email of Cognito's that the fault profile strikes."""
    request, rule, delay = current_request(), None, 0.0
    if message.medium == "EMAIL" and message.sender == "Cognito":
        rule, delay = profile.delay("email", request.operation if request else "")
    kind = rule.kind if rule else ""
    if kind == "email-late":
        service.outbox.send_later(message, names, message.sent_at + delay)
    elif kind != "email-lost":
        service.outbox.send(message, names)
    if kind == "email-twice":
        service.outbox.send(replace(message), names)


def simulated_contact(pool: Pool, name: str, attribute: str) -> dict[str, str]:
    """Return CodeDeliveryDetails of one medium for an unknown name, as a user's would be (A102)."""
    name = pool.users.folded(name)
    is_contact = is_email if attribute == "email" else is_phone_number
    return delivery_details(
        attribute, name if is_contact(name) else _made_up(pool, name, attribute)
    )


def simulated_delivery(pool: Pool, name: str) -> dict[str, str]:
    """Return CodeDeliveryDetails for an unknown name, always the same in a pool (A051, A083).

    A name that is an email address or phone number is masked itself. For any other name, an
    address is made up from it, or a number if the pool only verifies phone numbers.
    """
    name = pool.users.folded(name)
    if is_email(name):
        return delivery_details("email", name)
    if is_phone_number(name):
        return delivery_details("phone_number", name)
    attribute = "phone_number" if pool.auto_verified == ["phone_number"] else "email"
    return delivery_details(attribute, _made_up(pool, name, attribute))


def _made_up(pool: Pool, name: str, attribute: str) -> str:
    """Return an address or a number for a name, always the same in a pool."""
    digest = hashlib.sha256(f"{pool.pool_id}/{name}".encode()).digest()
    if attribute == "phone_number":
        return f"+{int.from_bytes(digest[:8], 'big'):020d}"
    local, domain = (_LETTERS[byte % len(_LETTERS)] for byte in digest[:2])
    return f"{local}@{domain}"

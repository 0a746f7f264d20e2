"""Email addresses and phone numbers: their format, their masks, and CodeDeliveryDetails."""

from __future__ import annotations

import re

#: The contact attributes, each with its verified flag.
VERIFIED_FLAG = {"email": "email_verified", "phone_number": "phone_number_verified"}
#: DeliveryMedium of each contact.
MEDIUM = {"email": "EMAIL", "phone_number": "SMS"}

#: An address without spaces; the domain needs no dot.
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
#: ``+`` and digits only (A029); E.164 allows at most fifteen.
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")


def is_email(text: str) -> bool:
    """Return whether Cognito accepts the text as an email address."""
    return bool(_EMAIL.fullmatch(text))


def is_phone_number(text: str) -> bool:
    """Return whether the text is a phone number with its country code."""
    return bool(_PHONE_NUMBER.fullmatch(text))


def delivery_details(attribute: str, destination: str) -> dict[str, str]:
    """Return CodeDeliveryDetails for a code sent to that value (A006, A010, A011)."""
    mask = mask_email if attribute == "email" else mask_phone
    return {
        "Destination": mask(destination),
        "DeliveryMedium": MEDIUM[attribute],
        "AttributeName": attribute,
    }


def mask_email(address: str) -> str:
    """Show ``test@example.com`` as ``t***@e***`` (A010)."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone(number: str) -> str:
    """Show ``+15555559934`` as ``+*******9934`` (A011)."""
    return f"+*******{number[-4:]}"

"""The contact that a code goes to: how an answer shows it, and where it is marked as verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness import HarnessError, Person, check
from scenarios.support.answers import expect_member
from scenarios.support.expectations import masked_email, masked_phone_number

__all__ = ["Contact", "expect_unverified"]

_WORDS = {"email": "email address", "phone_number": "phone number"}


@dataclass(frozen=True)
class Contact:
    """An email address or a phone number.

    Attributes:
        attribute: ``email`` or ``phone_number``.
        value: the address or number.
    """

    attribute: str
    value: str

    @classmethod
    def of(cls, person: Person, attribute: str | None) -> Contact:
        """Return a contact of a person.

        Raises:
            HarnessError: the pool sends no codes, so that the scenario does not apply to it.
        """
        if attribute is None:
            raise HarnessError("the pool of this scenario sends no codes")
        return cls(attribute, person.email if attribute == "email" else person.phone_number or "")

    def __str__(self) -> str:
        """Return what kind of contact it is, without its value."""
        return "email address" if self.attribute == "email" else "phone number"

    @property
    def verified_flag(self) -> str:
        """The attribute that says whether the contact is verified."""
        return f"{self.attribute}_verified"

    def expect_delivery(self, answer: Any, *, of: str) -> None:
        """Expect that an operation names this contact, masked, as the one with the code (A010)."""
        by_email = self.attribute == "email"
        masked = masked_email(self.value) if by_email else masked_phone_number(self.value)
        for name, value in (
            ("Destination", masked),
            ("DeliveryMedium", "EMAIL" if by_email else "SMS"),
            ("AttributeName", self.attribute),
        ):
            expect_member(answer, f"CodeDeliveryDetails.{name}", value, of=of, facts="A010, A011")


def expect_unverified(
    attributes: Mapping[str, str], contacts: Iterable[str], *, by: str, facts: str = ""
) -> None:
    """Expect that an operation has verified none of a user's contacts."""
    for name in contacts:
        verified = attributes.get(f"{name}_verified") == "true"
        check(not verified, f"{by} verified the {_WORDS[name]}", facts=facts)

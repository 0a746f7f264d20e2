"""Masked email addresses and phone numbers (section 1.1)."""

from __future__ import annotations

import pytest

from harness.emulator.domain.contacts import mask_email, mask_phone


@pytest.mark.fact("A010", "A315")
@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("test@example.com", "t***@e***"),
        ("f@e.org", "f***@e***"),
        ("a.very.long.name@sub.domain.example.com", "a***@s***"),
        ("odd@name@example.com", "o***@e***"),
    ],
)
def test_email_address_is_masked(address: str, masked: str) -> None:
    """A masked email address has two first letters, each followed by three stars."""
    assert mask_email(address) == masked


@pytest.mark.fact("A011")
@pytest.mark.parametrize("number", ["+15555559934", "+4930123459934", "+9934"])
def test_phone_number_is_masked(number: str) -> None:
    """A masked phone number has seven stars and the last four digits."""
    assert mask_phone(number) == "+*******9934"

"""Pending codes: one per purpose and attribute, with an end (sections 1.3 and 5)."""

from __future__ import annotations

import pytest

from harness.emulator.domain.codes import CodeBook, PendingCode
from tests.emulator.support.expect import LATE_CODE, WRONG_CODE, refused


def pending(value: str, attribute: str = "email") -> PendingCode:
    """Return a code that is valid from second 0 to 10."""
    return PendingCode(value, attribute, "a@example.com", 0.0, 10.0)


@pytest.mark.fact("A049")
def test_new_code_replaces_only_the_code_of_its_purpose() -> None:
    """A new code replaces the older code for the same purpose and no other."""
    book = CodeBook()
    book.put("sign_up", pending("111111"))
    book.put("forgot_password", pending("222222"))
    book.put("resend", pending("333333"))
    with refused("CodeMismatchException", WRONG_CODE):
        book.check("sign_up", "111111", 5.0)
    assert book.check("sign_up", "333333", 5.0).value == "333333"
    assert book.check("admin_reset", "222222", 5.0).value == "222222"


def test_each_attribute_has_its_own_code() -> None:
    """The code for an email address does not verify a phone number."""
    book = CodeBook()
    book.put("attribute_verification", pending("111111", "email"))
    book.put("attribute_verification", pending("222222", "phone_number"))
    with refused("CodeMismatchException", WRONG_CODE):
        book.check("attribute_verification", "111111", 5.0, "phone_number")
    book.spend("attribute_verification", "phone_number")
    with refused("ExpiredCodeException", LATE_CODE):
        book.check("attribute_verification", "222222", 5.0, "phone_number")
    assert book.check("attribute_verification", "111111", 5.0, "email").value == "111111"


@pytest.mark.fact("A038")
def test_expired_code_is_late_whether_right_or_wrong() -> None:
    """Once a code has expired, right and wrong codes get the same refusal."""
    book = CodeBook()
    book.put("sign_up", pending("111111"))
    for code in ("111111", "222222"):
        with refused("ExpiredCodeException", LATE_CODE):
            book.check("sign_up", code, 10.0)


def test_pending_code_repr_hides_the_code() -> None:
    """The repr of a pending code does not contain the code."""
    assert "111111" not in repr(pending("111111"))

"""Pending codes: one per purpose and attribute, with an end (sections 1.3 and 5)."""

from __future__ import annotations

import pytest

from harness.emulator.domain.codes import CodeBook, PendingCode
from harness.emulator.refusals import Refusal
from harness.emulator.state import export_state, import_state
from tests.emulator.support.expect import LATE_CODE, WRONG_CODE, refused
from tests.emulator.support.walker import new_engine, new_pool


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


def test_reason_tells_an_older_code_from_a_wrong_one() -> None:
    """The call log says whether a newer code has replaced the one that was sent."""
    book = CodeBook()
    book.put("sign_up", pending("111111"))
    book.put("resend", pending("333333"))
    for code, reason in (
        ("111111", "a newer code has replaced this one; the newest was sent 5 s ago"),
        ("222222", "the code is wrong; the newest was sent 5 s ago"),
    ):
        assert reason_of(book, code) == reason


def test_reason_tells_a_used_code_from_none() -> None:
    """A code that was used is told from one that was never sent."""
    book = CodeBook()
    assert reason_of(book, "111111") == "no code is pending: none was sent"
    book.put("sign_up", pending("111111"))
    book.spend("sign_up")
    assert reason_of(book, "111111").startswith("no code is pending: the last one was used")


def test_after_a_restart_the_reason_claims_no_more_than_is_known() -> None:
    """A loaded state does not know whether a code was used before it was saved."""
    pool_id = new_pool(engine := new_engine())
    engine.call("AdminCreateUser", {"UserPoolId": pool_id, "Username": "alice"})
    loaded = new_engine()
    import_state(loaded, export_state(engine, secrets=True))
    (user,) = loaded.pools[pool_id].users
    found = reason_of(user.codes, "111111")
    assert found == "no code is pending: none was sent, or it was used"


def reason_of(book: CodeBook, code: str) -> str:
    """Return why a code of a sign-up is refused after five seconds."""
    with pytest.raises(Refusal) as caught:
        book.check("sign_up", code, 5.0)
    return str(caught.value.reason)

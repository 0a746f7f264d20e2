"""Verification codes: their purposes, and the pending codes of a user."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.emulator import refusals

SIGN_UP = "sign_up"
RESEND = "resend"
FORGOT_PASSWORD = "forgot_password"
ADMIN_RESET = "admin_reset"
ATTRIBUTE_VERIFICATION = "attribute_verification"
INVITATION = "invitation"
MFA = "mfa"

#: The purpose of the code in each kind of message, and its validity in seconds: 24 hours for
#: sign-up and attributes, one hour for recovery (A044, A089). A newer code replaces an older one
#: of the same purpose.
PURPOSES: dict[str, tuple[str, int]] = {
    SIGN_UP: (SIGN_UP, 86_400),
    RESEND: (SIGN_UP, 86_400),
    FORGOT_PASSWORD: (FORGOT_PASSWORD, 3_600),
    ADMIN_RESET: (FORGOT_PASSWORD, 3_600),
    ATTRIBUTE_VERIFICATION: (ATTRIBUTE_VERIFICATION, 86_400),
}

#: How many replaced codes of one purpose are told from wrong ones.
_REMEMBERED = 10
_NONE = "no code is pending:"


@dataclass(frozen=True)
class PendingCode:
    """A code that was sent and not used yet.

    Attributes:
        attribute: the attribute that it was sent to.
        destination: the attribute's value at that time.
    """

    value: str = field(repr=False)
    attribute: str
    destination: str
    sent_at: float
    expires_at: float


class CodeBook:
    """One user's pending codes: at most one per purpose and, for verification, per attribute."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, str], PendingCode] = {}
        # For the reasons in the call log alone; a saved state leaves them out.
        self._spent: set[tuple[str, str]] = set()
        self._replaced: dict[tuple[str, str], deque[str]] = {}
        self._knows_all = True

    def put(self, kind: str, code: PendingCode) -> None:
        """Keep a new code; an older one for the same purpose no longer counts (A049)."""
        slot = _slot(kind, code.attribute)
        older = self._pending.get(slot)
        if older is not None:
            self._replaced.setdefault(slot, deque(maxlen=_REMEMBERED)).append(older.value)
        self._spent.discard(slot)
        self._pending[slot] = code

    def find(self, kind: str, attribute: str = "") -> PendingCode | None:
        """Return the pending code of a purpose, expired or not."""
        return self._pending.get(_slot(kind, attribute))

    def check(self, kind: str, code: str, now: float, attribute: str = "") -> PendingCode:
        """Compare ``code`` with the pending code and return that; it stays pending until `spend`.

        Raises:
            Refusal: ExpiredCodeException if no code was sent or it has expired, and
                CodeMismatchException for another code (A037, A038, A092).
        """
        pending = self.find(kind, attribute)
        if pending is None:
            raise refusals.code_expired().because(self._why_none(_slot(kind, attribute)))
        if now >= pending.expires_at:
            ago = now - pending.expires_at
            raise refusals.code_expired().because(f"the code expired {ago:.0f} s ago")
        if not hmac.compare_digest(pending.value.encode(), code.encode()):
            older = code in self._replaced.get(_slot(kind, attribute), ())
            given = "a newer code has replaced this one" if older else "the code is wrong"
            age = now - pending.sent_at
            raise refusals.code_mismatch().because(f"{given}; the newest was sent {age:.0f} s ago")
        return pending

    def _why_none(self, slot: tuple[str, str]) -> str:
        if slot in self._spent:
            return f"{_NONE} the last one was used, or what it was for has changed since"
        return f"{_NONE} none was sent" + ("" if self._knows_all else ", or it was used")

    def drop_moved(self, attributes: Mapping[str, str]) -> None:
        """Delete sign-up and recovery codes sent to a contact that the user no longer has.

        Codes that verify an attribute stay: they go to a value that the user may not have yet.
        """
        for kind in (SIGN_UP, FORGOT_PASSWORD):
            code = self.find(kind)
            if code is not None and attributes.get(code.attribute) != code.destination:
                self.spend(kind)

    def spend(self, kind: str, attribute: str = "") -> None:
        """Delete the code of a purpose: it was used, or it no longer proves anything."""
        slot = _slot(kind, attribute)
        if self._pending.pop(slot, None) is not None:
            self._spent.add(slot)
        self._replaced.pop(slot, None)


def _slot(kind: str, attribute: str) -> tuple[str, str]:
    purpose, _ = PURPOSES[kind]
    return (purpose, attribute if purpose == ATTRIBUTE_VERIFICATION else "")

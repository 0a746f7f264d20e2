"""Verification codes: what each kind of message carries, and the codes a user can still enter."""

from __future__ import annotations

import hmac
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

#: Which pending code a kind of message carries, and for how many seconds it is valid: 24 hours
#: for sign-up and attributes, one hour for recovery (A044, A089). A newer code takes the place
#: of an older one of the same purpose.
PURPOSES: dict[str, tuple[str, int]] = {
    SIGN_UP: (SIGN_UP, 86_400),
    RESEND: (SIGN_UP, 86_400),
    FORGOT_PASSWORD: (FORGOT_PASSWORD, 3_600),
    ADMIN_RESET: (FORGOT_PASSWORD, 3_600),
    ATTRIBUTE_VERIFICATION: (ATTRIBUTE_VERIFICATION, 86_400),
}


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
    purpose, _ = PURPOSES[kind]
    return (purpose, attribute if purpose == ATTRIBUTE_VERIFICATION else "")

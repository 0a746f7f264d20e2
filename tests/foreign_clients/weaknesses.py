"""Checks to remove from the emulator, one at a time, and the step at which a client must fail."""

from __future__ import annotations

import pytest

from harness.emulator.domain import next_challenge
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.next_challenge import DeviceFacts, Facts
from harness.emulator.domain.totp import SoftwareToken, TotpOutcome
from tests.foreign_clients.choice_weaknesses import (
    CHOICE_WEAKNESSES,
    PASSKEY_AS_MFA_WEAKNESSES,
    PASSKEY_WEAKNESSES,
    SRP_BY_CHOICE_WEAKNESSES,
    UI_WEAKNESSES,
)
from tests.foreign_clients.weakness import PLANTED, Weakness

__all__ = ["PASSWORD_WEAKNESSES", "WEAKNESSES", "any_totp_code_after_set_up", "no_code_asked_for"]


def _any_totp_code(patch: pytest.MonkeyPatch) -> None:
    def accept(self: SoftwareToken, code: str, now: float) -> TotpOutcome:
        return TotpOutcome.ACCEPTED

    patch.setattr(SoftwareToken, "accept", accept)


def any_totp_code_after_set_up(patch: pytest.MonkeyPatch) -> None:
    """Accept every code of an authenticator app whose set-up was right."""
    check, set_up = SoftwareToken.accept, list[SoftwareToken]()

    def accept(self: SoftwareToken, code: str, now: float) -> TotpOutcome:
        if self in set_up:
            return TotpOutcome.ACCEPTED
        verdict = check(self, code, now)
        if verdict is TotpOutcome.ACCEPTED:
            set_up.append(self)
        return verdict

    patch.setattr(SoftwareToken, "accept", accept)


def no_code_asked_for(patch: pytest.MonkeyPatch) -> None:
    """Ask nobody for a code of an authenticator app."""
    choose = next_challenge._mfa_challenge

    def forget(facts: Facts) -> str | None:
        challenge = choose(facts)
        return None if challenge == "SOFTWARE_TOKEN_MFA" else challenge

    patch.setattr(next_challenge, "_mfa_challenge", forget)


def _device_replaces_nothing(patch: pytest.MonkeyPatch) -> None:
    def replaces(challenge: str, device: DeviceFacts | None) -> bool:
        return False

    patch.setattr(next_challenge, "_device_replaces", replaces)


def _device_not_forgotten(patch: pytest.MonkeyPatch) -> None:
    def keep(self: DeviceBook, key: str) -> None:
        self.confirmed(key)

    patch.setattr(DeviceBook, "forget", keep)


PASSWORD_WEAKNESSES = (
    Weakness("any verification code", PLANTED["any-code"], "confirm_with_wrong_code"),
    Weakness(
        "any password signature", PLANTED["any-password-proof"], "sign_in_with_wrong_password"
    ),
    Weakness("any TOTP code at set-up", _any_totp_code, "set_up_totp_with_wrong_code"),
    Weakness("no TOTP code asked for", no_code_asked_for, "sign_in_asks_for_totp_code"),
    Weakness(
        "any TOTP code at sign-in", any_totp_code_after_set_up, "sign_in_with_wrong_totp_code"
    ),
    Weakness(
        "a device replaces no code", _device_replaces_nothing, "sign_in_with_remembered_device"
    ),
    Weakness("any device proof", PLANTED["any-device-proof"], "sign_in_with_wrong_device_password"),
    Weakness("a device is not forgotten", _device_not_forgotten, "sign_in_with_forgotten_device"),
    Weakness("tokens are not revoked", PLANTED["revoked-tokens"], "call_after_sign_out"),
)

#: What each walk must notice, by the name of the walk.
WEAKNESSES: dict[str, tuple[Weakness, ...]] = {
    "passwords": PASSWORD_WEAKNESSES,
    "choice": CHOICE_WEAKNESSES,
    "SRP by choice": SRP_BY_CHOICE_WEAKNESSES,
    "passkeys": PASSKEY_WEAKNESSES,
    "passkeys as MFA": PASSKEY_AS_MFA_WEAKNESSES,
    "the form of Amplify UI": UI_WEAKNESSES,
}

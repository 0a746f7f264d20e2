"""Where a recovery code goes: AccountRecoverySetting, verified contacts, and MFA beside them."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User

_ADMIN_ONLY = "admin_only"
_ATTRIBUTES = {"verified_email": "email", "verified_phone_number": "phone_number"}
#: Pools without AccountRecoverySetting try the phone first (A088).
_LEGACY_ORDER = ["phone_number", "email"]
#: A contact that is a second factor cannot also be the way around the password (A088).
_FACTOR = {"email": "EMAIL_OTP", "phone_number": "SMS_MFA"}


def check_self_service(pool: Pool) -> None:
    """Refuse recovery where only administrators may reset passwords (A087)."""
    if _ADMIN_ONLY in _mechanisms(pool):
        raise refusals.contact_administrator()


def recovery_attribute(pool: Pool, user: User) -> str | None:
    """The one verified contact that a recovery code is sent to, if there is any (A084, A088)."""
    mechanisms = _mechanisms(pool)
    order = [_ATTRIBUTES[name] for name in mechanisms if name in _ATTRIBUTES]
    for attribute in order or _LEGACY_ORDER:
        if user.is_verified(attribute) and _FACTOR[attribute] not in user.mfa.enabled:
            return attribute
    return None


def _mechanisms(pool: Pool) -> list[str]:
    """RecoveryMechanisms by priority; empty where the pool has no AccountRecoverySetting."""
    setting = pool.settings.get("AccountRecoverySetting") or {}
    mechanisms = setting.get("RecoveryMechanisms") or []
    return [found["Name"] for found in sorted(mechanisms, key=lambda found: found["Priority"])]

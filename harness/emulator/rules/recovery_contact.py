"""The contact for a recovery code, by AccountRecoverySetting, verified contacts and MFA."""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User

_ADMIN_ONLY = "admin_only"
_ATTRIBUTES = {"verified_email": "email", "verified_phone_number": "phone_number"}
#: Pools without AccountRecoverySetting try the phone number first (A088).
_LEGACY_ORDER = ["phone_number", "email"]
#: The second factor of each contact; a contact in use as one cannot reset the password (A088).
_FACTOR = {"email": "EMAIL_OTP", "phone_number": "SMS_MFA"}


def check_self_service(pool: Pool) -> None:
    """Refuse recovery in a pool where only administrators may reset passwords (A087)."""
    if _ADMIN_ONLY in _mechanisms(pool):
        raise refusals.contact_administrator()


def recovery_attribute(pool: Pool, user: User) -> str | None:
    """Return the verified contact that a recovery code goes to, or ``None`` (A084, A088)."""
    mechanisms = _mechanisms(pool)
    order = [_ATTRIBUTES[name] for name in mechanisms if name in _ATTRIBUTES]
    for attribute in order or _LEGACY_ORDER:
        if user.is_verified(attribute) and _FACTOR[attribute] not in user.mfa.enabled:
            return attribute
    return None


def first_recovery_contact(pool: Pool) -> str | None:
    """Return the attribute of the first mechanism in AccountRecoverySetting; ``None`` without."""
    mechanisms = _mechanisms(pool)
    return _ATTRIBUTES.get(mechanisms[0]) if mechanisms else None


def _mechanisms(pool: Pool) -> list[str]:
    """Return RecoveryMechanisms by priority; empty if the pool has no AccountRecoverySetting."""
    setting = pool.settings.get("AccountRecoverySetting") or {}
    mechanisms = setting.get("RecoveryMechanisms") or []
    return [found["Name"] for found in sorted(mechanisms, key=lambda found: found["Priority"])]

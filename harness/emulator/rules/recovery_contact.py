"""The contact for a recovery code, by AccountRecoverySetting, verified contacts and MFA.

And the other way round: the second factors that leave the recovery its channel.
"""

from __future__ import annotations

from harness.emulator import refusals
from harness.emulator.domain.next_challenge import CONTACT, in_order
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.pool_settings import has_own_recovery

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


def factors_to_set_up(pool: Pool) -> list[str]:
    """Return what the pool enables, in Cognito's order, without its first recovery channel (H056).

    MFA and the recovery of a password must not depend on one mailbox or one phone. What a new pool
    shows where nobody has set AccountRecoverySetting does not count: it begins with the phone
    number, and the classic pages set up SMS in such pools (H057). Whether Cognito tells the two
    apart is unknown.
    """
    recovery = _first_contact(pool) if has_own_recovery(pool.settings) else None
    return [
        factor
        for factor in in_order(pool.mfa.factors())
        if CONTACT.get(factor) is None or CONTACT[factor] != recovery
    ]


def _first_contact(pool: Pool) -> str | None:
    mechanisms = _mechanisms(pool)
    return _ATTRIBUTES.get(mechanisms[0]) if mechanisms else None


def _mechanisms(pool: Pool) -> list[str]:
    """Return RecoveryMechanisms by priority; empty if the pool has no AccountRecoverySetting."""
    setting = pool.settings.get("AccountRecoverySetting") or {}
    mechanisms = setting.get("RecoveryMechanisms") or []
    return [found["Name"] for found in sorted(mechanisms, key=lambda found: found["Priority"])]

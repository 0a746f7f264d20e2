"""Which second factors the pages of managed login offer to a user who has none."""

from __future__ import annotations

from harness.emulator.domain.next_challenge import CONTACT, in_order
from harness.emulator.domain.pools import Pool
from harness.emulator.rules.pool_settings import has_own_recovery
from harness.emulator.rules.recovery_contact import first_recovery_contact

__all__ = ["factors_to_set_up"]


def factors_to_set_up(pool: Pool) -> list[str]:
    """Return what the pool enables, in Cognito's order, without its first recovery channel (H056).

    MFA and the recovery of a password must not depend on one mailbox or one phone. What a new pool
    shows where nobody has set AccountRecoverySetting does not count: it begins with the phone
    number, and the classic pages set up SMS in such pools (H057). Whether Cognito tells the two
    apart is unknown.
    """
    recovery = first_recovery_contact(pool) if has_own_recovery(pool.settings) else None
    return [
        factor
        for factor in in_order(pool.mfa.factors())
        if CONTACT.get(factor) is None or CONTACT[factor] != recovery
    ]

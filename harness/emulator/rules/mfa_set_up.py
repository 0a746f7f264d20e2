"""Which second factors the pages of managed login offer to a user who has none."""

from __future__ import annotations

from harness.emulator.domain.next_challenge import CONTACT, in_order
from harness.emulator.domain.pools import Pool
from harness.emulator.rules.recovery_contact import first_recovery_contact

__all__ = ["factors_to_set_up"]


def factors_to_set_up(pool: Pool) -> list[str]:
    """Return what the pool enables, in Cognito's order, without its first recovery channel (H056).

    MFA and the recovery of a password must not depend on one mailbox or one phone. A pool without
    AccountRecoverySetting recovers in the legacy way, which does not say so: the console calls it
    `do allow a user to reset their password via phone if they are also using it for MFA`.
    https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
    """
    recovery = first_recovery_contact(pool)
    return [
        factor
        for factor in in_order(pool.mfa.factors())
        if CONTACT.get(factor) is None or CONTACT[factor] != recovery
    ]

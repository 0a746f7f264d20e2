"""Whether a user is as the pool's rules would make one now.

A pool can change under its users: an administrator confirms users without required attributes
(A058), or switches a factor or the tracking of devices off.
"""

from __future__ import annotations

from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import FORCE_CHANGE_PASSWORD, User
from harness.emulator.operations.mfa_preferences import check_set_up
from harness.emulator.refusals import Refusal
from harness.emulator.rules.passkeys import applicable_passkeys

__all__ = ["check_preferences", "keeps_rules"]


def keeps_rules(pool: Pool, user: User) -> bool:
    """Return whether the user has nothing that the pool's rules would refuse now."""
    missing = any(not user.attributes.get(name) for name in pool.schema.required)
    if missing and user.status != FORCE_CHANGE_PASSWORD:
        return False
    if pool.device_configuration is None and any(device.confirmed for device in user.devices):
        return False
    return check_preferences(pool, user) is None


def check_preferences(pool: Pool, user: User) -> str | None:
    """Return why the user could not set their MFA preferences now; ``None`` if they could."""
    for factor in sorted(user.mfa.enabled):
        try:
            check_set_up(pool, user, factor)
        except Refusal as refusal:
            return f"{refusal.code}: {refusal.message}"
    preferred = user.mfa.preferred
    if preferred is not None and preferred not in user.mfa.enabled:
        return f"{preferred} is preferred but not enabled"
    if user.mfa.web_authn and not (user.mfa.enabled and applicable_passkeys(pool, user)):
        return "WEB_AUTHN_MFA needs a passkey that satisfies MFA in this pool, and another factor"
    return None

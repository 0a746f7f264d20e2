"""SetUserPoolMfaConfig, GetUserPoolMfaConfig."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from harness.emulator.rules.pool_mfa import described_mfa, mfa_from

if TYPE_CHECKING:
    from harness.emulator.engine import Engine, Handler, Request


def set_user_pool_mfa_config(engine: Engine, request: Request) -> dict[str, Any]:
    """Replace a pool's MFA configuration (A192 to A202)."""
    pool = engine.pool(request)
    with pool.lock:
        pool.mfa = mfa_from(pool, copy.deepcopy(request.params))
        if pool.mfa.sms is not None:
            pool.settings["SmsConfiguration"] = pool.mfa.sms["SmsConfiguration"]
        pool.modified = engine.clock.time()
        return copy.deepcopy(described_mfa(pool.mfa))


def get_user_pool_mfa_config(engine: Engine, request: Request) -> dict[str, Any]:
    """Show a pool's MFA configuration."""
    pool = engine.pool(request)
    with pool.lock:
        return copy.deepcopy(described_mfa(pool.mfa))


OPERATIONS: dict[str, Handler] = {
    "SetUserPoolMfaConfig": set_user_pool_mfa_config,
    "GetUserPoolMfaConfig": get_user_pool_mfa_config,
}

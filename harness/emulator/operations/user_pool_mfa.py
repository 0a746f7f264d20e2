"""SetUserPoolMfaConfig and GetUserPoolMfaConfig."""

from __future__ import annotations

import copy
from typing import Any

from harness.emulator.api.request import Request
from harness.emulator.rules.pool_mfa import described_mfa, mfa_from
from harness.emulator.service import Handler, Service


def set_user_pool_mfa_config(service: Service, request: Request) -> dict[str, Any]:
    """Replace a pool's MFA configuration (A192 to A202).

    Raises:
        Refusal: InvalidParameterException, if the configuration contradicts itself or the pool.
    """
    pool = service.pool(request)
    with pool.lock:
        pool.mfa = mfa_from(pool, copy.deepcopy(request.params))
        if pool.mfa.sms is not None:
            pool.settings["SmsConfiguration"] = pool.mfa.sms["SmsConfiguration"]
        pool.modified = service.clock.time()
        return copy.deepcopy(described_mfa(pool.mfa))


def get_user_pool_mfa_config(service: Service, request: Request) -> dict[str, Any]:
    """Show a pool's MFA configuration."""
    pool = service.pool(request)
    with pool.lock:
        return copy.deepcopy(described_mfa(pool.mfa))


OPERATIONS: dict[str, Handler] = {
    "SetUserPoolMfaConfig": set_user_pool_mfa_config,
    "GetUserPoolMfaConfig": get_user_pool_mfa_config,
}

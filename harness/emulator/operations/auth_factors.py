"""GetUserAuthFactors and AdminGetUserAuthFactors."""

from __future__ import annotations

from typing import Any

from harness.emulator.api.request import Request
from harness.emulator.domain.first_factors import configured_first_factors
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.rules.first_factors import first_factor_facts
from harness.emulator.rules.tokens import authorized_under_lock
from harness.emulator.service import Handler, Service


def get_user_auth_factors(service: Service, request: Request) -> dict[str, Any]:
    """Show the factors that the token's user has set up, and their MFA preferences (N048)."""
    with authorized_under_lock(service, request.params["AccessToken"]) as authorized:
        return _described(authorized.pool, authorized.user)


def admin_get_user_auth_factors(service: Service, request: Request) -> dict[str, Any]:
    """Do the same as `get_user_auth_factors`, as an administrator (N048)."""
    with service.locked_user(request) as (pool, user):
        return _described(pool, user)


def _described(pool: Pool, user: User) -> dict[str, Any]:
    return {
        "Username": user.username,
        **user.mfa.described(),
        "ConfiguredUserAuthFactors": list(configured_first_factors(first_factor_facts(pool, user))),
    }


OPERATIONS: dict[str, Handler] = {
    "GetUserAuthFactors": get_user_auth_factors,
    "AdminGetUserAuthFactors": admin_get_user_auth_factors,
}

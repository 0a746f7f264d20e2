"""The facts that decide which first factors a user has, and the refusals of the others."""

from __future__ import annotations

from harness.emulator.domain.attempt import switched_on
from harness.emulator.domain.first_factors import (
    FirstFactorFacts,
    available_first_factors,
    simulated_first_factors,
)
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import FORCE_CHANGE_PASSWORD, User
from harness.emulator.rules.passkeys import may_use_passkeys, relying_party
from harness.emulator.rules.pool_settings import first_factors


def first_factor_facts(pool: Pool, user: User) -> FirstFactorFacts:
    """Return the present facts that decide which first factors a user has."""
    has_passkey = may_use_passkeys(pool, user)
    has_password = user.password is not None
    return FirstFactorFacts(
        allowed=tuple(first_factors(pool.settings)),
        has_password=has_password,
        must_change_password=has_password and user.status == FORCE_CHANGE_PASSWORD,
        verified=tuple(name for name in ("email", "phone_number") if user.is_verified(name)),
        has_passkey=has_passkey,
        software_token=user.software_token is not None,
        mfa_mode=pool.mfa.mode,
        second_factors=switched_on(pool, user),
        passkey_is_mfa=has_passkey and user.mfa.web_authn and _counts_as_mfa(pool),
    )


def _counts_as_mfa(pool: Pool) -> bool:
    party = relying_party(pool)
    return party is not None and party.counts_as_mfa


def available_challenges(pool: Pool, user: User | None) -> tuple[str, ...]:
    """Return AvailableChallenges of a user; ``None`` stands for a user who does not exist."""
    if user is None:
        return simulated_first_factors(tuple(first_factors(pool.settings)), pool.mfa.mode)
    return available_first_factors(first_factor_facts(pool, user))

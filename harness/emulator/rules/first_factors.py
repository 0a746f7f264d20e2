"""The facts that decide which first factors a user has, and the refusals of the others."""

from __future__ import annotations

from collections.abc import Callable

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, switched_on
from harness.emulator.domain.first_factors import (
    CODE_CONTACT,
    FirstFactorFacts,
    available_first_factors,
    set_up_first_factors,
    simulated_first_factors,
)
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import FORCE_CHANGE_PASSWORD, User
from harness.emulator.refusals import Refusal
from harness.emulator.rules.auth_flows import allowed_flows
from harness.emulator.rules.passkeys import applicable_passkeys, may_use_passkeys
from harness.emulator.rules.pool_settings import first_factors


def first_factor_facts(pool: Pool, user: User) -> FirstFactorFacts:
    """Return the present facts that decide which first factors a user has."""
    return FirstFactorFacts(
        allowed=tuple(first_factors(pool.settings)),
        has_password=user.password is not None,
        must_change_password=user.status == FORCE_CHANGE_PASSWORD,
        contacts=tuple(name for name in CODE_CONTACT.values() if user.attributes.get(name)),
        has_passkey=may_use_passkeys(pool, user),
        software_token=user.software_token is not None,
        mfa_mode=pool.mfa.mode,
        second_factors=switched_on(pool, user),
        passkey_is_mfa=user.mfa.web_authn and bool(applicable_passkeys(pool, user)),
    )


def available_challenges(pool: Pool, user: User | None) -> tuple[str, ...]:
    """Return AvailableChallenges of a user; ``None`` stands for a user who does not exist."""
    if user is None:
        return simulated_first_factors(tuple(first_factors(pool.settings)), pool.mfa.mode)
    return available_first_factors(first_factor_facts(pool, user))


def require_user_auth(client: UserPoolClient) -> None:
    """Refuse to go on with a sign-in by USER_AUTH that could not begin any more (N001, N002)."""
    require_tier(client.pool)
    if "USER_AUTH" not in allowed_flows(client):
        raise refusals.session_invalid().because("the app client allows USER_AUTH no more")


def require_tier(pool: Pool) -> None:
    """Refuse USER_AUTH in the Lite plan (A118, A190, N002).

    The developer guide of 2026 says that every plan has the passwords of USER_AUTH; the service
    model of the same year says that USER_AUTH needs a higher one. The stricter one holds here.
    """
    if pool.settings.get("UserPoolTier") == "LITE":
        raise refusals.feature_unavailable_in_tier("USER_AUTH")


def require_available(
    pool: Pool,
    user: User | None,
    factor: str,
    otherwise: Callable[[], Refusal] = refusals.first_factor_unavailable,
) -> None:
    """Refuse a first factor that the user cannot use now (N018, N021, N032, N035).

    Args:
        pool: the user's pool.
        user: ``None`` for one who does not exist.
        factor: a challenge that can be a first factor.
        otherwise: makes the refusal if neither a temporary password nor MFA is in the way.
    """
    if factor in available_challenges(pool, user):
        return
    facts = None if user is None else first_factor_facts(pool, user)
    if facts is not None and facts.must_change_password:
        raise refusals.password_challenge_required().because("the user has a temporary password")
    if facts is not None and factor in set_up_first_factors(facts):
        raise refusals.first_factor_not_enough().because(
            f"the user must pass MFA, and {factor} has no second factor after it"
        )
    raise otherwise().because(f"the pool does not allow {factor}, or the user has not set it up")


def require_still_enough(attempt: Attempt) -> None:
    """Refuse tokens if user or pool changed so that the proven code or passkey is not enough now.

    A passkey that was proven before it counted as MFA does not satisfy MFA (N033).
    """
    gone = refusals.session_invalid
    require_available(attempt.pool, attempt.user, attempt.first_factor, gone)
    if attempt.passkey is not None and attempt.passkey not in attempt.user.passkeys:
        raise gone().because("the passkey was deleted after it was proven")
    needs_mfa = first_factor_facts(attempt.pool, attempt.user).needs_mfa
    if needs_mfa and not attempt.mfa_passed:
        raise refusals.first_factor_not_enough().because(
            "the passkey was proven before it counted as MFA"
        )

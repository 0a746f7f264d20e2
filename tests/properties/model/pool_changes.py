"""The model of changes to a pool: AllowedFirstAuthFactors and WebAuthnConfiguration."""

from __future__ import annotations

from typing import Any

from tests.properties.model.case import INVALID_PARAMETER, Answer, Case, Params
from tests.properties.model.records import EMAIL_OTP, SMS_OTP, WEB_AUTHN, Party
from tests.properties.model.rules import Rule
from tests.properties.model.world import World


def update_user_pool(world: World, params: Params) -> Case:
    """UpdateUserPool with other first factors (N012, N038)."""
    case, pool = Case(), world.pools[params["UserPoolId"]]
    allowed = tuple(params["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])
    case.pool = pool
    if pool.mode == "ON":
        codes = EMAIL_OTP in allowed or SMS_OTP in allowed
        case.refuse(Rule.FIRST_FACTOR, codes, INVALID_PARAMETER)
        alone = WEB_AUTHN in allowed and not pool.party.counts_as_mfa
        case.refuse(Rule.FIRST_FACTOR, alone, INVALID_PARAMETER)

    def accepted(_answer: Answer) -> None:
        pool.allowed = allowed

    case.then = accepted
    return case


def set_user_pool_mfa_config(world: World, params: Params) -> Case:
    """SetUserPoolMfaConfig, which sets WebAuthnConfiguration as well (N009, N011, N038)."""
    case, pool = Case(), world.pools[params["UserPoolId"]]
    party = party_of(params["WebAuthnConfiguration"])
    case.pool = pool
    single = pool.mode == "ON" and WEB_AUTHN in pool.allowed and not party.counts_as_mfa
    case.refuse(Rule.FIRST_FACTOR, single, INVALID_PARAMETER)

    def accepted(_answer: Answer) -> None:
        pool.party = party

    case.then = accepted
    return case


def configuration(party: Party) -> dict[str, str]:
    """Return WebAuthnConfiguration."""
    alone = "MULTI_FACTOR_WITH_USER_VERIFICATION" if party.counts_as_mfa else "SINGLE_FACTOR"
    return {
        "RelyingPartyId": party.party_id,
        "UserVerification": "required" if party.asks_for_verification else "preferred",
        "FactorConfiguration": alone,
    }


def party_of(settings: dict[str, Any]) -> Party:
    """Return the relying party of WebAuthnConfiguration, with its defaults (N009)."""
    return Party(
        settings["RelyingPartyId"],
        settings.get("UserVerification") == "required",
        settings.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION",
    )

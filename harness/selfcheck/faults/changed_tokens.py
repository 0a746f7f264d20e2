"""Faults of PreTokenGeneration: what its function may change in which token, and when it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.emulator.domain import token_overrides
from harness.emulator.domain.token_overrides import ClaimChanges, ClaimsOverride
from harness.emulator.rules import tokens
from harness.emulator.sign_in import refresh
from harness.emulator.triggers import lambda_config
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import always, constant, function, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "tokens that a function changes"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
#: The operations that issue tokens.
_ISSUING = ("InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge")


def _unchanged(original: Any) -> Any:
    return lambda override, claims: dict(claims)


def _in_both(original: Any) -> Any:
    return lambda override, claims: override.access.applied(original(override, claims), to="id")


def _kept(original: Any) -> Any:
    def applied(changes: Any, claims: Any, *, to: str) -> Any:
        return original(replace(changes, suppressed=frozenset()), claims, to=to)

    return applied


def _adding_wins(original: Any) -> Any:
    def applied(changes: Any, claims: Any, *, to: str) -> Any:
        gone = frozenset(changes.suppressed - changes.added.keys())
        return original(replace(changes, suppressed=gone), claims, to=to)

    return applied


def _any_audience(original: Any) -> Any:
    def changed(override: Any, claims: Any) -> Any:
        audience = override.access.added.get("aud")
        return {**original(override, claims), **({} if audience is None else {"aud": audience})}

    return changed


def _no_audience(original: Any) -> Any:
    def changed(override: Any, claims: Any) -> Any:
        return {key: value for key, value in original(override, claims).items() if key != "aud"}

    return changed


def _without(member: str) -> Any:
    """Make the scopes of a response lack one of its members."""

    def make(original: Any) -> Any:
        def scope(override: Any, scopes: Any) -> Any:
            return original(replace(override, **{member: ()}), scopes)

        return scope

    return make


def _pools_groups(original: Any) -> Any:
    return lambda override, claims, names: dict(claims)


FAULTS = (
    PlantedFault(
        "token-function-of-the-first-version",
        "PreTokenGeneration gets the first version of the event, whatever LambdaVersion says",
        AREA,
        function(lambda_config.event_version, always("1")),
        ("changed_tokens::claims_change_in_the_token_they_are_for",),
        WRONG,
    ),
    PlantedFault(
        "token-function-not-called",
        "tokens are issued without PreTokenGeneration",
        AREA,
        function(tokens.claims_override, always(None)),
        ("changed_tokens::claims_change_in_the_token_they_are_for",),
        WRONG,
    ),
    PlantedFault(
        "token-function-not-called-at-a-refresh",
        "refreshed tokens are issued without PreTokenGeneration",
        AREA,
        function(tokens.claims_override, always(None), within=refresh),
        ("changed_tokens::refreshed_tokens_are_changed_too",),
        WRONG,
    ),
    PlantedFault(
        "changes-for-another-token",
        "what a function adds to access tokens is added to ID tokens too",
        AREA,
        method(ClaimsOverride, "in_id_token", _in_both),
        ("changed_tokens::claims_change_in_the_token_they_are_for",),
        WRONG,
    ),
    PlantedFault(
        "access-token-unchangeable",
        "a function changes nothing in access tokens",
        AREA,
        method(ClaimsOverride, "in_access_token", _unchanged),
        ("changed_tokens::claims_change_in_the_token_they_are_for",),
        WRONG,
    ),
    PlantedFault(
        "suppressed-claims-kept",
        "claims that a function suppresses are in its tokens",
        AREA,
        method(ClaimChanges, "applied", _kept),
        ("changed_tokens::claims_change_in_the_token_they_are_for",),
        WRONG,
    ),
    PlantedFault(
        "added-claims-not-suppressed",
        "a claim that a function both adds and suppresses is there",
        AREA,
        method(ClaimChanges, "applied", _adding_wins),
        ("changed_tokens::claim_that_is_added_and_suppressed_is_not_there",),
        WRONG,
    ),
    PlantedFault(
        "claims-forged-by-a-function",
        "a function replaces the claims that a token is identified by",
        AREA,
        constant(token_overrides, "PROTECTED", frozenset()),
        ("changed_tokens::claims_that_identify_a_token_stay",),
        WRONG,
        operations=_ISSUING,
    ),
    PlantedFault(
        "any-audience-by-a-function",
        "a function makes an access token for another app client",
        AREA,
        method(ClaimsOverride, "in_access_token", _any_audience),
        ("changed_tokens::audience_of_an_access_token_is_its_app_client",),
        WRONG,
    ),
    PlantedFault(
        "no-audience-by-a-function",
        "a function cannot add the audience to an access token",
        AREA,
        method(ClaimsOverride, "in_access_token", _no_audience),
        ("changed_tokens::audience_of_an_access_token_is_its_app_client",),
        WRONG,
    ),
    PlantedFault(
        "scopes-not-added",
        "scopesToAdd is ignored",
        AREA,
        method(ClaimsOverride, "_scope", _without("added_scopes")),
        ("changed_tokens::scopes_are_added",),
        WRONG,
    ),
    PlantedFault(
        "suppressed-scopes-kept",
        "scopesToSuppress is ignored",
        AREA,
        method(ClaimsOverride, "_scope", _without("suppressed_scopes")),
        ("changed_tokens::token_without_the_scope_of_the_api_calls_nothing",),
    ),
    PlantedFault(
        "groups-of-a-function-ignored",
        "groupsToOverride is ignored",
        AREA,
        method(ClaimsOverride, "_with_groups", _pools_groups),
        ("changed_tokens::groups_change_in_both_tokens",),
        WRONG,
    ),
)

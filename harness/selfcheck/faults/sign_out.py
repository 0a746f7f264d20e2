"""Faults of signing out, revoking, and tokens that must be dead."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.grants import GrantBook
from harness.emulator.rules import tokens
from harness.emulator.sign_in import refresh
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    forgiving,
    function,
    handlers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "tokens"
WRONG = (Verdict.ANSWERED_OTHERWISE,)


def _never_revoked(original: Any) -> Any:
    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        grant = pool.grants.by_event(claims["event_id"])
        before = grant.revoked if grant else False
        if grant is not None:
            grant.revoked = False
        try:
            return original(service, pool, claims)
        finally:
            if grant is not None:
                grant.revoked = before

    return accepted


def _whoever(original: Any) -> Any:
    """Make an access token of a disabled user work."""

    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        user = pool.users.by_sub(claims["sub"])
        grant = pool.grants.by_event(claims["event_id"])
        if user is None or user.enabled or grant is None:
            return original(service, pool, claims)
        user.enabled, grant.revoked = True, False
        try:
            return original(service, pool, claims)
        finally:
            user.enabled, grant.revoked = False, True

    return accepted


def _newest_only(original: Any) -> Any:
    """Make a sign-out end the newest sign-in alone."""

    def revoke(book: Any, user: Any) -> None:
        user.sign_outs += 1
        for grant in book._by_user.get(user.sub, [])[-1:]:
            grant.revoked = True

    return revoke


def _everybody(original: Any) -> Any:
    """Make a sign-out end the sign-ins of all users."""

    def revoke(book: Any, user: Any) -> None:
        original(book, user)
        for grants in book._by_user.values():
            for grant in grants:
                grant.revoked = True

    return revoke


def _for_good(original: Any) -> Any:
    """Make a sign-out end the sign-ins that follow too."""

    def add(book: Any, grant: Any) -> None:
        original(book, grant)
        grant.revoked = grant.user.sign_outs > 0

    return add


def _refresh_survives(original: Any) -> Any:
    """Make refresh tokens outlive a sign-out."""

    def check(pool: Any, grant: Any) -> None:
        before, grant.revoked = grant.revoked, False
        try:
            original(pool, grant)
        finally:
            grant.revoked = before

    return check


def _enabled_again(original: Any) -> Any:
    def enable(service: Any, request: Any) -> Any:
        answer = original(service, request)
        pool = service.pools[request.params["UserPoolId"]]
        user = service.administered_user(pool, request.params["Username"])
        for grant in pool.grants._by_event.values():
            if grant.user is user:
                grant.revoked = False
        return answer

    return enable


def _nothing_revoked(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        token = client.pool.grants.refresh_token(request.params["Token"])
        answer = original(service, request)
        if token is not None:
            token.grant.revoked = False
        return answer

    return revoke


def _all_revoked(original: Any) -> Any:
    def revoke(service: Any, request: Any) -> Any:
        client = service.clients[request.params["ClientId"]]
        token = client.pool.grants.refresh_token(request.params["Token"])
        answer = original(service, request)
        if token is not None:
            client.pool.grants.revoke_all(token.grant.user)
        return answer

    return revoke


def _only_refresh_revoked(planter: Planter) -> None:
    """Have RevokeToken end the refresh token, and leave access tokens alive."""
    revoked: set[int] = set()

    def revoke(original: Any) -> Any:
        def call(service: Any, request: Any) -> Any:
            client = service.clients[request.params["ClientId"]]
            token = client.pool.grants.refresh_token(request.params["Token"])
            answer = original(service, request)
            if token is not None:
                revoked.add(id(token.grant))
            return answer

        return call

    def accepted(original: Any) -> Any:
        def check(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
            grant = pool.grants.by_event(claims["event_id"])
            if grant is None or id(grant) not in revoked:
                return original(service, pool, claims)
            grant.revoked = False
            try:
                return original(service, pool, claims)
            finally:
                grant.revoked = True

        return check

    planter.handler("RevokeToken", revoke)
    planter.function(tokens._accepted, accepted)


def _as_revoked(original: Any, pool: Any, grant: Any) -> None:
    if pool.users.by_sub(grant.user.sub) is not grant.user:
        raise refusals.refresh_token_revoked()
    original(pool, grant)


FAULTS = (
    PlantedFault(
        "access-token-of-disabled",
        "an access token of a disabled user works",
        AREA,
        function(tokens._accepted, _whoever),
        ("sign_out::tokens_of_a_disabled_user_are_dead",),
    ),
    PlantedFault(
        "access-token-not-revoked",
        "an access token works after a global sign-out",
        AREA,
        function(tokens._accepted, _never_revoked),
        ("sign_out::signing_out_everywhere_ends_every_sign_in",),
    ),
    PlantedFault(
        "sign-out-of-nobody",
        "a global sign-out revokes nothing",
        AREA,
        method(GrantBook, "revoke_all", always(None)),
        (
            "sign_out::signing_out_everywhere_ends_every_sign_in",
            "oauth_tokens::user_info_takes_no_token_after_global_sign_out",
        ),
    ),
    PlantedFault(
        "sign-out-of-one",
        "a global sign-out ends one sign-in only",
        AREA,
        method(GrantBook, "revoke_all", _newest_only),
        ("sign_out::signing_out_everywhere_ends_every_sign_in",),
    ),
    PlantedFault(
        "sign-out-of-everybody",
        "a global sign-out ends the sign-ins of all users",
        AREA,
        method(GrantBook, "revoke_all", _everybody),
        ("sign_out::signing_out_everywhere_ends_no_sign_in_of_others",),
        WRONG,
    ),
    PlantedFault(
        "sign-out-for-good",
        "tokens of sign-ins after a global sign-out are revoked too",
        AREA,
        method(GrantBook, "add", _for_good),
        ("sign_out::signing_in_again_after_signing_out_everywhere_works",),
        WRONG,
    ),
    PlantedFault(
        "refresh-outlives-sign-out",
        "a refresh token works after a global sign-out",
        AREA,
        function(refresh._check_grant, _refresh_survives),
        ("sign_out::signing_out_everywhere_ends_every_sign_in", "sign_out::revok*"),
    ),
    PlantedFault(
        "tokens-alive-after-enabling",
        "AdminEnableUser brings the tokens from before AdminDisableUser back",
        AREA,
        handlers("AdminEnableUser", _enabled_again),
        ("tokens::tokens_stay_dead_when_the_user_is_enabled_again",),
    ),
    PlantedFault(
        "deletion-leaves-tokens",
        "a refresh token of a deleted user is called revoked, and not that of nobody",
        AREA,
        function(
            refresh._check_grant,
            lambda original: lambda pool, grant: _as_revoked(original, pool, grant),
        ),
        ("sign_out::tokens_of_a_deleted_user_are_dead",),
        (Verdict.OTHER_CODE,),
    ),
    PlantedFault(
        "revoke-nothing",
        "RevokeToken revokes nothing",
        AREA,
        handlers("RevokeToken", _nothing_revoked),
        ("sign_out::revok*",),
    ),
    PlantedFault(
        "revoke-everything",
        "RevokeToken ends all sign-ins of the user",
        AREA,
        handlers("RevokeToken", _all_revoked),
        ("sign_out::revok*",),
        WRONG,
    ),
    PlantedFault(
        "revoke-refresh-alone",
        "RevokeToken leaves the access tokens of the sign-in alive",
        AREA,
        _only_refresh_revoked,
        ("sign_out::revok*",),
    ),
    PlantedFault(
        "revoke-any-token",
        "RevokeToken accepts an access token",
        AREA,
        handlers("RevokeToken", forgiving({})),
        ("sign_out::only_refresh_tokens_can_be_revoked",),
    ),
    PlantedFault(
        "reset-leaves-tokens",
        "an access token works though its user has to choose a new password",
        AREA,
        function(tokens.refuse_reset_required, always(None), within=tokens),
        ("tokens::token_works_for_nobody_who_has_to_choose_a_password",),
    ),
)

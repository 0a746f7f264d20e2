"""Faults of tokens: claims, signatures, refreshing, revoking and signing out."""

from __future__ import annotations

import base64
import json
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.signing import SigningKey, SigningKeys, read_token
from harness.emulator.rules import tokens
from harness.emulator.sign_in import refresh
from harness.selfcheck.fault import Fault
from harness.selfcheck.planting import Planter
from harness.selfcheck.tampering import (
    always,
    answers,
    forgiving,
    function,
    handlers,
    method,
)
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "tokens"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_ISSUING = (
    "InitiateAuth",
    "AdminInitiateAuth",
    "RespondToAuthChallenge",
    "AdminRespondToAuthChallenge",
    "GetTokensFromRefreshToken",
)
_SAYS = ("sign_in::tokens_say_who_signed_in_and_on_what", "tokens::*")


def _claims(use: str, change: Any) -> Any:
    """Plant other claims in access or ID tokens, by ``change(claims)``."""

    def make(original: Any) -> Any:
        def sign(key: Any, claims: dict[str, Any]) -> Any:
            if claims.get("token_use") == use:
                claims = dict(claims)
                change(claims)
            return original(key, claims)

        return sign

    return method(SigningKey, "sign", make)


def _unsigned(original: Any) -> Any:
    """Make the signature of an access token not matter."""
    return lambda key, token: True


def _alg_none(original: Any) -> Any:
    def verified(service: Any, token: str) -> Any:
        parts = token.split(".")
        if len(parts) == 3 and not parts[2]:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            claims = json.loads(base64.urlsafe_b64decode(padded))
            pool = service.pools.get(str(claims.get("iss")).rpartition("/")[2])
            if pool is not None:
                return pool, claims
        return original(service, token)

    return verified


def _for_ever(original: Any) -> Any:
    def accepted(service: Any, pool: Any, claims: dict[str, Any]) -> Any:
        return original(service, pool, {**claims, "exp": 10**12})

    return accepted


def _any_use(original: Any) -> Any:
    """Make an ID token do for an access token."""

    def verified(service: Any, token: str) -> Any:
        try:
            return original(service, token)
        except refusals.Refusal as refusal:
            if refusal.message != "Invalid Access Token" or token.count(".") != 2:
                raise
            _, claims = read_token(token)
            pool = service.pools[str(claims["iss"]).rpartition("/")[2]]
            extra = {"client_id": claims["aud"], "scope": tokens.USER_SCOPE}
            return pool, {**claims, **extra}

    return verified


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


def _device(pattern: str) -> Any:
    """Make refreshes count with devices that must not: ``none``, ``unconfirmed``, ``other``."""

    def make(original: Any) -> Any:
        def check(pool: Any, grant: Any, device_key: Any) -> None:
            issued = grant.user.devices.issued(grant.device_key or "")
            confirmed = issued is not None and issued.confirmed
            if pattern == "none" and device_key is None and confirmed:
                return
            if pattern == "unconfirmed" and issued is not None and not confirmed:
                return
            if pattern == "other" and device_key and device_key != grant.device_key:
                return
            if pattern == "forgotten" and issued is None:
                return
            original(pool, grant, device_key)

        return check

    return function(refresh._check_device, make)


def _any_text(original: Any) -> Any:
    """Make a refresh token that was never issued stand for the newest one."""

    def refresh_token(book: Any, text: str) -> Any:
        found = original(book, text)
        return found or ([*book._refresh_tokens.values()] or [None])[-1]

    return refresh_token


def _refresh_for_ever(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str, device_key: Any) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is not None:
            token.expires_at = 10**12
        return original(service, client, text, device_key)

    return usable


def _refresh_of_any_client(original: Any) -> Any:
    def usable(service: Any, client: Any, text: str, device_key: Any) -> Any:
        token = client.pool.grants.refresh_token(text)
        if token is None:
            return original(service, client, text, device_key)
        before, token.grant.client_id = token.grant.client_id, client.client_id
        try:
            return original(service, client, text, device_key)
        finally:
            token.grant.client_id = before

    return usable


def _now(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.auth_time = grant.auth_time, int(service.clock.time()) + 7
        try:
            return original(service, client, grant)
        finally:
            grant.auth_time = before

    return refreshed


def _new_origin(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.origin_jti = grant.origin_jti, service.random.uuid()
        try:
            return original(service, client, grant)
        finally:
            grant.origin_jti = before

    return refreshed


def _with_refresh_token(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        result = original(service, client, grant)
        result["RefreshToken"] = tokens.issue_refresh_token(service, client, grant)
        return result

    return refreshed


def _same_refresh_token(original: Any) -> Any:
    def rotated(service: Any, client: Any, token: Any) -> Any:
        result = original(service, client, token)
        token.rotated_at = None
        result.pop("RefreshToken")
        return result

    return rotated


def _loses_device(original: Any) -> Any:
    def refreshed(service: Any, client: Any, grant: Any) -> Any:
        before, grant.device_key = grant.device_key, None
        try:
            return original(service, client, grant)
        finally:
            grant.device_key = before

    return refreshed


def _one_key(original: Any) -> Any:
    return lambda keys: (original(keys)[0], original(keys)[0])


def _readable(original: Any) -> Any:
    def issue(book: Any, token: Any, random: Any, now: float) -> str:
        from harness.emulator.domain.grants import _digest

        original(book, token, random, now)
        text = f"header.{random.uuid()}.signature"
        book._refresh_tokens[_digest(text)] = token
        return text

    return issue


def _in_answer(change: Any) -> Any:
    """Plant other members of AuthenticationResult, by ``change(result)``."""

    def changed(service: Any, request: Any, answer: dict[str, Any]) -> None:
        if "AuthenticationResult" in answer:
            change(answer["AuthenticationResult"])

    return answers(_ISSUING, changed)


def _email_in_access(original: Any) -> Any:
    def access(service: Any, client: Any, grant: Any, override: Any = None) -> Any:
        _, claims = read_token(original(service, client, grant, override))
        claims["email"] = grant.user.attributes.get("email", "")
        return client.pool.keys.access.sign(claims)

    return access


FAULTS = (
    Fault(
        "issuer-with-a-slash",
        "the issuer of tokens ends with a slash",
        AREA,
        method(Pool, "issuer", lambda original: lambda pool: original(pool) + "/"),
        ("tokens::issuer_is_the_url_of_the_pool",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "issuer-without-region",
        "the issuer of tokens does not name the region",
        AREA,
        method(
            Pool,
            "issuer",
            lambda _: lambda pool: f"https://cognito-idp.amazonaws.com/{pool.pool_id}",
        ),
        ("tokens::issuer_is_the_url_of_the_pool",),
        WRONG,
    ),
    Fault(
        "times-as-text",
        "the times in ID tokens are texts",
        AREA,
        _claims("id", lambda claims: claims.update(exp=str(claims["exp"]))),
        ("tokens::claims_have_the_types_that_libraries_expect",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "verified-as-text",
        "email_verified of ID tokens is a text",
        AREA,
        _claims("id", lambda claims: claims.update(email_verified="true")),
        ("tokens::claims_have_the_types_that_libraries_expect",),
        WRONG,
    ),
    Fault(
        "email-in-access-token",
        "access tokens have the email address of their user",
        AREA,
        function(tokens.access_token, _email_in_access),
        ("tokens::access_token_says_nothing_about_the_person",),
        WRONG,
    ),
    Fault(
        "audience-in-access-token",
        "access tokens have an audience",
        AREA,
        _claims("access", lambda claims: claims.update(aud=claims["client_id"])),
        ("tokens::access_token_says_nothing_about_the_person",),
        WRONG,
    ),
    Fault(
        "no-audience",
        "ID tokens do not name their app client",
        AREA,
        _claims("id", lambda claims: claims.update(aud="")),
        _SAYS,
        WRONG,
    ),
    Fault(
        "client-of-another-name",
        "access tokens do not name their app client",
        AREA,
        _claims("access", lambda claims: claims.update(client_id=claims["client_id"].upper())),
        _SAYS,
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "uses-mixed-up",
        "token_use of ID tokens is access",
        AREA,
        _claims("id", lambda claims: claims.update(token_use="access")),
        _SAYS,
        (Verdict.ANSWERED_OTHERWISE, Verdict.OTHER_CODE),
    ),
    Fault(
        "no-scope",
        "access tokens have another scope",
        AREA,
        _claims("access", lambda claims: claims.update(scope="openid " + claims["scope"])),
        _SAYS,
        WRONG,
    ),
    Fault(
        "email-in-username",
        "cognito:username of ID tokens is the email address",
        AREA,
        _claims("id", lambda claims: claims.update({"cognito:username": claims["email"]})),
        _SAYS,
        WRONG,
    ),
    Fault(
        "no-email-in-id-token",
        "ID tokens have no email address",
        AREA,
        _claims("id", lambda claims: claims.pop("email", None)),
        _SAYS,
        WRONG,
    ),
    Fault(
        "sub-of-another",
        "access and ID token name different subjects",
        AREA,
        _claims("id", lambda claims: claims.update(sub=claims["sub"][::-1])),
        _SAYS,
        WRONG,
    ),
    Fault(
        "no-device-in-access-token",
        "access tokens do not name the device of the sign-in",
        AREA,
        _claims("access", lambda claims: claims.pop("device_key", None)),
        (*_SAYS, "device_sign_in::remembered_device_proves_itself"),
        WRONG,
    ),
    Fault(
        "expires-in-of-another-token",
        "ExpiresIn is another time than the access token has",
        AREA,
        _in_answer(lambda result: result.update(ExpiresIn=result["ExpiresIn"] + 60)),
        (*_SAYS, "expiry::tokens_live_as_long_as_the_client_says"),
        WRONG,
    ),
    Fault(
        "access-token-for-a-day",
        "the access token says that it lasts a day",
        AREA,
        _claims("access", lambda claims: claims.update(exp=claims["iat"] + 86_400)),
        (*_SAYS, "expiry::access_token_expires_after_an_hour"),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_REFUSED),
    ),
    Fault(
        "one-id-for-all",
        "access and ID token have one jti",
        AREA,
        _claims("access", lambda claims: claims.update(jti=claims.get("origin_jti"))),
        ("tokens::every_token_has_an_id*", "refresh::refresh_token_renews*"),
        WRONG,
    ),
    Fault(
        "one-signing-key",
        "access and ID tokens are signed with one key",
        AREA,
        method(SigningKeys, "_keys", _one_key),
        ("tokens::tokens_are_signed_with_two_keys",),
        (Verdict.ANSWERED_OTHERWISE, Verdict.NOT_ASKED),
    ),
    Fault(
        "refresh-token-readable",
        "a refresh token is a signed text that everybody can read",
        AREA,
        method(GrantBook, "issue_refresh_token", _readable),
        ("tokens::refresh_token_is_sealed",),
        WRONG,
    ),
    Fault(
        "signature-not-checked",
        "the signature of an access token is not checked",
        AREA,
        method(SigningKey, "signed", _unsigned),
        ("tokens::changed_access_token_is_refused",),
        (Verdict.NOT_REFUSED, Verdict.OTHER_CODE, Verdict.OTHER_WORDS),
    ),
    Fault(
        "token-without-signature",
        "an access token without a signature is believed",
        AREA,
        function(tokens._verified, _alg_none),
        ("tokens::changed_access_token_is_refused",),
    ),
    Fault(
        "id-token-for-access-token",
        "an ID token does for an access token",
        AREA,
        function(tokens._verified, _any_use),
        ("sign_out::id_token_is_no_access_token",),
    ),
    Fault(
        "access-token-for-ever",
        "an access token is accepted after it has expired",
        AREA,
        function(tokens._accepted, _for_ever),
        ("expiry::access_token_expires_after_an_hour", "refresh::renewed_tokens_outlive*"),
    ),
    Fault(
        "access-token-of-disabled",
        "an access token of a disabled user works",
        AREA,
        function(tokens._accepted, _whoever),
        ("sign_out::tokens_of_a_disabled_user_are_dead",),
    ),
    Fault(
        "access-token-not-revoked",
        "an access token works after a global sign-out",
        AREA,
        function(tokens._accepted, _never_revoked),
        ("sign_out::signing_out_everywhere_ends_every_sign_in",),
    ),
    Fault(
        "sign-out-of-nobody",
        "a global sign-out revokes nothing",
        AREA,
        method(GrantBook, "revoke_all", always(None)),
        ("sign_out::signing_out_everywhere_ends_every_sign_in",),
    ),
    Fault(
        "sign-out-of-one",
        "a global sign-out ends one sign-in only",
        AREA,
        method(GrantBook, "revoke_all", _newest_only),
        ("sign_out::signing_out_everywhere_ends_every_sign_in",),
    ),
    Fault(
        "sign-out-of-everybody",
        "a global sign-out ends the sign-ins of all users",
        AREA,
        method(GrantBook, "revoke_all", _everybody),
        ("sign_out::signing_out_everywhere_ends_no_sign_in_of_others",),
        WRONG,
    ),
    Fault(
        "sign-out-for-good",
        "tokens of sign-ins after a global sign-out are revoked too",
        AREA,
        method(GrantBook, "add", _for_good),
        ("sign_out::signing_in_again_after_signing_out_everywhere_works",),
        WRONG,
    ),
    Fault(
        "refresh-outlives-sign-out",
        "a refresh token works after a global sign-out",
        AREA,
        function(refresh._check_grant, _refresh_survives),
        ("sign_out::signing_out_everywhere_ends_every_sign_in", "sign_out::revok*"),
    ),
    Fault(
        "tokens-alive-after-enabling",
        "AdminEnableUser brings the tokens from before AdminDisableUser back",
        AREA,
        handlers("AdminEnableUser", _enabled_again),
        ("tokens::tokens_stay_dead_when_the_user_is_enabled_again",),
    ),
    Fault(
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
    Fault(
        "revoke-nothing",
        "RevokeToken revokes nothing",
        AREA,
        handlers("RevokeToken", _nothing_revoked),
        ("sign_out::revok*",),
    ),
    Fault(
        "revoke-everything",
        "RevokeToken ends all sign-ins of the user",
        AREA,
        handlers("RevokeToken", _all_revoked),
        ("sign_out::revok*",),
        WRONG,
    ),
    Fault(
        "revoke-refresh-alone",
        "RevokeToken leaves the access tokens of the sign-in alive",
        AREA,
        _only_refresh_revoked,
        ("sign_out::revok*",),
    ),
    Fault(
        "revoke-any-token",
        "RevokeToken accepts an access token",
        AREA,
        handlers("RevokeToken", forgiving({})),
        ("sign_out::only_refresh_tokens_can_be_revoked",),
    ),
    Fault(
        "refresh-without-device",
        "a refresh works without the key of the device",
        AREA,
        _device("none"),
        ("refresh::refresh_without_the_device_is_refused",),
    ),
    Fault(
        "refresh-with-unconfirmed-device",
        "a refresh works before the device is confirmed",
        AREA,
        _device("unconfirmed"),
        ("refresh::refresh_with_an_unconfirmed_device_is_refused",),
    ),
    Fault(
        "refresh-with-other-device",
        "a refresh works with the key of any device",
        AREA,
        _device("other"),
        ("refresh::refresh_with_the_device_of_another_sign_in_is_refused",),
    ),
    Fault(
        "refresh-with-forgotten-device",
        "a refresh works after the device was forgotten",
        AREA,
        _device("forgotten"),
        ("refresh::refresh_of_a_forgotten_device_is_refused",),
    ),
    Fault(
        "any-refresh-token",
        "a refresh token that was never issued works",
        AREA,
        method(GrantBook, "refresh_token", _any_text),
        ("refresh::made_up_refresh_token_is_refused",),
    ),
    Fault(
        "refresh-token-for-ever",
        "a refresh token does not expire",
        AREA,
        function(refresh.usable_token, _refresh_for_ever),
        ("expiry::refresh_token_expires_after_thirty_days",),
    ),
    Fault(
        "refresh-at-any-client",
        "a refresh token is good at every app client",
        AREA,
        function(refresh.usable_token, _refresh_of_any_client),
        ("tokens::refresh_token_of_another_app_client_is_refused",),
    ),
    Fault(
        "rotated-token-again",
        "a refresh token that was rotated out is accepted",
        AREA,
        function(refresh._check_rotation, always(None)),
        ("refresh::rotated_refresh_token_is_good_only_once",),
    ),
    Fault(
        "rotation-without-a-token",
        "a refresh with rotation returns no new refresh token",
        AREA,
        function(refresh.rotated, _same_refresh_token),
        ("refresh::rotated_refresh_token_is_good_only_once",),
        WRONG,
    ),
    Fault(
        "rotation-everywhere",
        "every refresh returns another refresh token",
        AREA,
        function(refresh.refreshed, _with_refresh_token),
        ("refresh::refresh_token_renews_the_other_two",),
        WRONG,
    ),
    Fault(
        "refresh-is-a-sign-in",
        "auth_time of a refresh is the time of the refresh",
        AREA,
        function(refresh.refreshed, _now),
        ("refresh::refresh_token_renews*", "refresh::renewed_tokens_outlive*"),
        WRONG,
    ),
    Fault(
        "refresh-of-another-origin",
        "a refresh has another origin than its sign-in",
        AREA,
        function(refresh.refreshed, _new_origin),
        ("refresh::refresh_token_renews_the_other_two",),
        WRONG,
    ),
    Fault(
        "refresh-loses-the-device",
        "an access token of a refresh does not name the device",
        AREA,
        function(refresh.refreshed, _loses_device),
        ("refresh::device_of_the_sign_in_renews*", "refresh::refresh_after_a_sign_in_on*"),
        WRONG,
    ),
    Fault(
        "reset-leaves-tokens",
        "an access token works though its user has to choose a new password",
        AREA,
        function(tokens.refuse_reset_required, always(None), within=tokens),
        ("tokens::token_works_for_nobody_who_has_to_choose_a_password",),
    ),
)


def _as_revoked(original: Any, pool: Any, grant: Any) -> None:
    if pool.users.by_sub(grant.user.sub) is not grant.user:
        raise refusals.refresh_token_revoked()
    original(pool, grant)
